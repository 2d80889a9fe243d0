import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { realInside } from '../../lib/safe-path.ts';
import { isUnchanged } from './conditions.ts';
import { COMMON, CSP, NOT_ALLOWED, plain } from './headers.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Names of built assets carry a hash of their content. */
const HASHED = /^\/assets\/[^/]*-[\w-]{8,}\.\w+$/;

/** Answers with the built pages in `root`; any path without an extension is a place of the app and gets its one page. */
export async function answerStatic(root: string, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return NOT_ALLOWED();
  }
  const path = pathOf(request);
  if (path === null) {
    return plain(404);
  }
  const isPage = extname(path) === '';
  const file = await realInside(root, isPage ? 'index.html' : join('.', path));
  const type = isPage ? TYPES['.html'] : TYPES[extname(path).toLowerCase()];
  if (file === null || type === undefined) {
    return plain(404);
  }
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) {
    return plain(404);
  }
  const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
  const headers: Record<string, string> = {
    ...COMMON,
    'content-security-policy': CSP,
    'cache-control': HASHED.test(path) ? 'private, max-age=31536000, immutable' : 'no-cache',
    'content-type': type,
    etag,
  };
  if (isUnchanged(request.headers, { etag, modifiedAt: Infinity })) {
    return new Response(null, { status: 304, headers });
  }
  headers['content-length'] = String(bytes.byteLength);
  return new Response(request.method === 'HEAD' ? null : Uint8Array.from(bytes), { status: 200, headers });
}

/** The path as text, decoded once; null when it is not one of ours by its form alone. */
function pathOf(request: Request): string | null {
  try {
    const path = decodeURIComponent(new URL(request.url).pathname);
    // A second step of decoding, a drive, a stream, a hidden file: none of these is the name of an asset.
    return /^\/[\w./@~-]*$/.test(path) && !path.split('/').some((part) => part.startsWith('.')) ? path : null;
  } catch {
    return null;
  }
}
