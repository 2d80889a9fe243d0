/** The few pages that the server itself shows: plain words, no script, nothing from outside. */
import { COMMON } from '../http/headers.ts';

const CSP =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem;color-scheme:light dark}' +
  'h1{font-size:1.25rem}input,button{font:inherit;padding:.4rem .7rem;margin:.25rem .5rem .25rem 0}';

function page(status: number, title: string, body: string, headers: Readonly<Record<string, string>> = {}): Response {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style><h1>${title}</h1>${body}</html>`;
  return new Response(html, {
    status,
    headers: {
      ...COMMON,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': CSP,
      'cache-control': 'no-store',
      ...headers,
    },
  });
}

/** How one gets a link: `command` is what runs in the terminal. */
const fresh = (command: string): string =>
  `<p>Press Enter in the terminal where <code>${command}</code> runs: it prints a fresh link. If it has ended, start it again.</p>`;

export const signedOut = (command: string): Response =>
  page(
    401,
    'This browser is not signed in',
    `<p>The link that Chatkeep printed signs in one browser, once.</p>${fresh(command)}`,
  );

export const tokenUsed = (command: string): Response =>
  page(401, 'This link was used already', `<p>It signs in one browser, once.</p>${fresh(command)}`);

export const signIn = (wrong: boolean): Response =>
  page(
    wrong ? 401 : 200,
    'Chatkeep',
    `${wrong ? '<p role="alert">That is not the password.</p>' : ''}<form method="post" action="/login"><label>Password <input type="password" name="password" autocomplete="current-password" required autofocus></label><button type="submit">Sign in</button></form>`,
  );

export const tooManyAttempts = (waitMs: number): Response =>
  page(429, 'Too many attempts', '<p>Wait a minute, then try again.</p>', {
    'retry-after': String(Math.ceil(waitMs / 1000)),
  });
