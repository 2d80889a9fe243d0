/** The one origin of Chatkeep's pages. */
export const SCHEME = 'app';
const HOST = 'chatkeep';
export const APP_ORIGIN = `${SCHEME}://${HOST}`;
/** The first page. Places follow as a hash. */
export const APP_PAGE = `${APP_ORIGIN}/index.html`;
/** The page shown when the app could not start or the window stopped. */
export const FATAL_PAGE = `${APP_ORIGIN}/fatal.html`;

/**
 * Whether a URL belongs to Chatkeep's own pages. Compares parts, never a prefix: `app://chatkeep.evil` and `app://chatkeep@evil` are not.
 * (Node reads the origin of an unknown scheme as "null", so the parts are compared by name.)
 */
export function isOwnUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url?.protocol === `${SCHEME}:` &&
    url.hostname === HOST &&
    url.port === '' &&
    url.username === '' &&
    url.password === ''
  );
}
