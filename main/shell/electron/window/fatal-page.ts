import { createHash } from 'node:crypto';

export interface FatalWords {
  readonly title: string;
  readonly message: string;
  readonly hint: string;
  /** A button that leads on; null = none. */
  readonly action: { readonly label: string; readonly href: string } | null;
}

const STYLE = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}
body{margin:0;min-height:100vh;display:grid;place-items:center}
main{max-width:34rem;padding:2rem}
h1{font-size:1.25rem;margin:0 0 .75rem}
p{margin:0 0 .75rem;overflow-wrap:anywhere}
a{display:inline-block;margin-top:.5rem;padding:.4rem .9rem;border:1px solid;border-radius:8px;color:inherit;text-decoration:none}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const CSP = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** A page without any script that says what happened and what to do, instead of a blank window. Every word is escaped. */
export function fatalPage(words: FatalWords): Response {
  const action =
    words.action === null
      ? ''
      : `<a href="${escapeHtml(words.action.href)}" role="button">${escapeHtml(words.action.label)}</a>`;
  return page(words, { role: 'alert', head: '', action });
}

/** The same while something goes on that takes its time: it asks again by itself, until the app answers in its place. */
export function waitPage(words: Omit<FatalWords, 'action'>): Response {
  return page(words, { role: 'status', head: '<meta http-equiv="refresh" content="1">', action: '' });
}

function page(
  words: Omit<FatalWords, 'action'>,
  parts: { readonly role: 'alert' | 'status'; readonly head: string; readonly action: string },
): Response {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8">${parts.head}<title>${escapeHtml(words.title)}</title><style>${STYLE}</style></head>
<body><main role="${parts.role}"><h1>${escapeHtml(words.title)}</h1><p>${escapeHtml(words.message)}</p><p>${escapeHtml(words.hint)}</p>${parts.action}</main></body></html>`;
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': CSP,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (each) => ENTITIES[each] ?? each);
