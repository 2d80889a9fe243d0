import { open } from 'node:fs/promises';
import type { ServedFile } from '../../app/media/media-files.ts';
import { httpDate, isRangeMeant, isUnchanged } from './conditions.ts';
import { fileStream } from './file-stream.ts';
import { COMMON, MEDIA_CSP, plain } from './headers.ts';
import { wantedBytes } from './range.ts';

/** Bytes behind an id change seldom, and the tag tells when they did. */
const CACHE = 'private, max-age=3600';
/** Read and sent in one go: a screen of small pictures is a hundred of these. */
const SMALL = 128 * 1024;
const SHOWN = /^(?:image|video|audio)\/[\w.+-]{1,80}$/;

/** Answers GET and HEAD for one stored file, with ranges and conditions. `onDamaged`: it is missing, cut, or cannot be read. */
export async function answerFile(request: Request, file: ServedFile, onDamaged: () => void): Promise<Response> {
  const validators = { etag: `"${file.tag}"`, modifiedAt: file.modifiedAt };
  const headers: Record<string, string> = {
    ...COMMON,
    'content-security-policy': MEDIA_CSP,
    'cache-control': CACHE,
    'accept-ranges': 'bytes',
    etag: validators.etag,
    'last-modified': httpDate(file.modifiedAt),
  };
  if (isUnchanged(request.headers, validators)) {
    return new Response(null, { status: 304, headers });
  }
  if (file.drawn !== undefined) {
    headers['content-type'] = file.mime;
    headers['content-length'] = String(file.drawn.length);
    return new Response(request.method === 'HEAD' ? null : file.drawn, { status: 200, headers });
  }
  const opened = await openWhole(file);
  if (opened === null) {
    onDamaged();
    return plain(410);
  }
  const { handle, size } = opened;
  // Files other than pictures, video and sound are served as downloads, never displayed.
  const shown = SHOWN.test(file.mime);
  headers['content-type'] = shown ? file.mime : 'application/octet-stream';
  headers['content-disposition'] =
    file.asDownload === true
      ? `attachment; ${nameOf(file.name, /[^\w. -]/g)}`
      : `${shown ? 'inline' : 'attachment'}; ${nameOf(file.name, /[^\w.-]/g)}`;
  const ranged = request.method === 'GET' && isRangeMeant(request.headers, validators);
  const wanted = wantedBytes(ranged ? request.headers.get('range') : null, size);
  if (wanted.kind === 'unsatisfiable') {
    await handle.close();
    return plain(416, { 'content-range': `bytes */${String(size)}`, 'accept-ranges': 'bytes' });
  }
  const { start, end } = wanted.kind === 'part' ? wanted : { start: 0, end: size - 1 };
  headers['content-length'] = String(end - start + 1);
  if (wanted.kind === 'part') {
    headers['content-range'] = `bytes ${String(start)}-${String(end)}/${String(size)}`;
  }
  const status = wanted.kind === 'part' ? 206 : 200;
  if (request.method === 'HEAD' || size === 0) {
    await handle.close();
    return new Response(null, { status, headers });
  }
  if (end - start < SMALL) {
    const bytes = await readWhole(handle, start, end - start + 1);
    if (bytes === null) {
      onDamaged();
      return plain(410);
    }
    return new Response(bytes, { status, headers });
  }
  return new Response(fileStream(handle, { start, end }, request.signal, onDamaged), { status, headers });
}

const nameOf = (name: string, unusual: RegExp): string => `filename="${name.replaceAll(unusual, '_')}"`;

/** Null when it cannot be read, or ends early. */
async function readWhole(
  handle: Awaited<ReturnType<typeof open>>,
  start: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await handle.read(bytes, 0, length, start);
    return bytesRead === length ? bytes : null;
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

/** Null when it is missing or not as long as the index says: half a file must never pass for a whole one. */
async function openWhole(
  file: ServedFile,
): Promise<{ readonly handle: Awaited<ReturnType<typeof open>>; readonly size: number } | null> {
  try {
    const handle = await open(file.path, 'r');
    const found = await handle.stat().catch(async (error: unknown) => {
      await handle.close();
      throw error;
    });
    if (found.isFile() && (file.bytes === null || found.size === file.bytes)) {
      return { handle, size: found.size };
    }
    await handle.close();
    return null;
  } catch {
    return null;
  }
}
