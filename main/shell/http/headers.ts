/** Headers that every answer of every shell carries. One CSP: Electron's pages and the browser's get the same. */

/**
 * Scripts, styles, media and calls from the page's own origin and nothing else, nothing inline: a message's text that became markup could
 * neither run nor load anything.
 */
export const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A stored file that is opened as a page (an SVG, or worse) can run nothing, submit nothing and reach nothing. */
export const MEDIA_CSP = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

export const COMMON: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), payment=()',
};

/** An answer of a few words or none; never cached. */
export function plain(status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, {
    status,
    headers: { ...COMMON, 'content-security-policy': "default-src 'none'", 'cache-control': 'no-store', ...headers },
  });
}

export const NOT_ALLOWED = (): Response => plain(405, { allow: 'GET, HEAD' });
