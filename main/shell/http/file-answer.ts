import { type FileHandle, open } from 'node:fs/promises';
import type { ServedFile } from '../../app/media/media-files.ts';
import { httpDate, isRangeMeant, isUnchanged } from './conditions.ts';
import { COMMON, MEDIA_CSP, plain } from './headers.ts';

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

/** Which bytes a request asks for (RFC 9110 §14). Pure. */

export type Wanted =
  /** All of it: no range, one that is not understood, or several at once (which a server may answer with the whole). */
  | { readonly kind: 'whole' }
  /** Inclusive at both ends. */
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

const WHOLE: Wanted = { kind: 'whole' };
/** Longer numbers are beyond every file; they are read as that. */
const NUMBER = /^\d{1,30}$/;

export function wantedBytes(header: string | null, size: number): Wanted {
  const [, spec] = /^bytes=(.*)$/i.exec((header ?? '').trim()) ?? [];
  if (spec === undefined || spec.includes(',')) {
    return WHOLE;
  }
  const [first, last, ...rest] = spec.trim().split('-');
  if (first === undefined || last === undefined || rest.length > 0) {
    return WHOLE;
  }
  if (first === '') {
    return NUMBER.test(last) ? suffix(Number(last), size) : WHOLE;
  }
  if (!NUMBER.test(first) || (last !== '' && !NUMBER.test(last))) {
    return WHOLE;
  }
  const start = Number(first);
  const end = last === '' ? Infinity : Number(last);
  if (end < start) {
    return WHOLE;
  }
  return start >= size ? { kind: 'unsatisfiable' } : { kind: 'part', start, end: Math.min(end, size - 1) };
}

function suffix(length: number, size: number): Wanted {
  return length === 0 || size === 0
    ? { kind: 'unsatisfiable' }
    : { kind: 'part', start: Math.max(0, size - length), end: size - 1 };
}

const CHUNK = 256 * 1024;

/**
 * The bytes `[start, end]` of an open file, read as the other side takes them. The handle is closed when they are all given, when the other
 * side leaves, and when reading fails; `onFault` hears of a file that ends early or cannot be read.
 */
function fileStream(
  handle: FileHandle,
  { start, end }: { readonly start: number; readonly end: number },
  signal: AbortSignal,
  onFault: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  let at = start;
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    signal.removeEventListener('abort', leave);
    closing ??= handle.close();
    return closing;
  };
  function leave(): void {
    close().catch(onFault);
  }
  signal.addEventListener('abort', leave, { once: true });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          if (signal.aborted) {
            await close();
            controller.error(signal.reason);
            return;
          }
          const wanted = Math.min(CHUNK, end - at + 1);
          const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, at);
          if (bytesRead === 0) {
            throw new Error('the file ended early');
          }
          at += bytesRead;
          controller.enqueue(buffer.subarray(0, bytesRead));
          if (at > end) {
            await close();
            controller.close();
          }
        } catch (error) {
          await close().catch(() => undefined);
          if (!signal.aborted) {
            onFault(error);
          }
          controller.error(error);
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}
