/** Identifies a file and decides whether to keep it: by magic bytes first, then by the host's headers; never by the URL. */
import { type OddKind } from '../../contract/model.ts';
import { type ByteSource } from './byte-source.ts';
import { truncation } from './container-check.ts';
import { StoreError, type StoreRefusal } from '../interface.ts';
import { pictureSize, type PictureSize } from './picture-header.ts';

export interface Inspection {
  readonly mime: string;
  readonly ext: string;
  readonly size: PictureSize | null;
  readonly odd: OddKind | null;
}

const HEAD = 64 * 1024;
const SNIFF = 1024;

/** Extension by content type, for bytes whose magic says nothing. */
const BY_TYPE: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/heic': 'heic',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/ogg': 'ogg',
  'audio/wav': 'wav',
  'audio/webm': 'webm',
};

const SAME_TYPE: Readonly<Record<string, string>> = { 'audio/x-m4a': 'audio/mp4', 'video/x-m4v': 'video/mp4' };
const WORDS = /^(text\/|application\/(.+\+)?(json|xml|xhtml)\b|application\/xhtml)/;
const EXT = /^[a-z0-9]{1,8}$/;

function refuse(code: StoreRefusal, message: string): StoreError {
  return new StoreError(code, message);
}

const ODD_WORDS: Readonly<Record<OddKind, string>> = {
  no_end: 'its end marker is missing',
  cut_inside: 'a part inside is longer than the file',
  no_index: 'the film has no index',
};

/** The host's headers of a file. */
export interface Announced {
  /** Null = nothing. */
  readonly totalBytes: number | null;
  readonly contentType: string | null;
  /** The host was asked and has just these bytes: a container that ends early is kept. */
  readonly keepOdd?: boolean;
}

/** Throws StoreError `empty`, `wrong_length`, `not_media` or `damaged`. An unknown binary format is kept as `bin`. */
export async function inspect(source: ByteSource, announced: Announced): Promise<Inspection> {
  if (source.size === 0) {
    throw refuse('empty', 'the host sent nothing');
  }
  if (announced.totalBytes !== null && announced.totalBytes !== source.size) {
    throw refuse('wrong_length', `${source.size} bytes came where ${announced.totalBytes} were announced`);
  }
  const kind = await mediaKind(source.read(0, HEAD), announced.contentType);
  const odd = truncation(source, kind.ext);
  if (odd !== null && announced.keepOdd !== true) {
    throw refuse('damaged', `the ${kind.ext} file ends early: ${ODD_WORDS[odd]}`);
  }
  return { ...kind, size: pictureSize(source, kind.ext), odd };
}

/** From the first bytes. Throws StoreError `not_media` for text, HTML, JSON. */
export async function mediaKind(head: Buffer, announcedType: string | null): Promise<{ mime: string; ext: string }> {
  const contentType = (announcedType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  // Loaded with the first file: a start has no use for it.
  const { fileTypeFromBuffer } = await import('file-type');
  const found = await fileTypeFromBuffer(head);
  if (found !== undefined && /^(image|video|audio)\//.test(found.mime)) {
    return { mime: SAME_TYPE[found.mime] ?? found.mime, ext: EXT.test(found.ext) ? found.ext : 'bin' };
  }
  if (isText(head.subarray(0, SNIFF)) || (found === undefined && WORDS.test(contentType))) {
    throw refuse('not_media', `the host sent ${contentType === '' ? 'text' : contentType} where media was expected`);
  }
  if (found !== undefined) {
    // Known, but no media: kept as evidence, never under an extension that a double click would run.
    return { mime: found.mime, ext: 'bin' };
  }
  const ext = BY_TYPE[contentType];
  return ext === undefined ? { mime: 'application/octet-stream', ext: 'bin' } : { mime: contentType, ext };
}

/** UTF-8 words without control characters: an error page, a JSON answer, "Forbidden". */
function isText(head: Buffer): boolean {
  for (const byte of head) {
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0c && byte !== 0x0d && byte !== 0x1b) {
      return false;
    }
  }
  try {
    // `stream`: a character cut by the end of the sample is no fault.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}
