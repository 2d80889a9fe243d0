/**
 * A page on its way from the thread that reads it to the thread of the index. The main thread decides by its ids alone, so the messages pass
 * it as bytes: copying them as objects twice would cost it more than receiving the page.
 */
import { deflateSync, inflateSync } from 'node:zlib';
import { deserialize, serialize } from 'node:v8';
import { type ListedMessage, type ListedPage, type PackedPage } from './model.ts';

/** JSON texts as one compressed JSON list. `bytes` is the length of the list in UTF-8; a body of that length is the list itself. */
export interface PackedLines {
  readonly bytes: number;
  readonly body: Uint8Array;
}

export function packLines(lines: readonly string[]): PackedLines {
  const text = Buffer.from(`[${lines.join(',\n')}]`);
  const body = deflateSync(text);
  return { bytes: text.length, body: body.length < text.length ? body : text };
}

/** The JSON of each line. Throws when the bytes are damaged. */
export function unpackLines({ bytes, body }: PackedLines): string[] {
  const text = body.length === bytes ? Buffer.from(body) : inflateSync(body, { maxOutputLength: bytes });
  const list: unknown = JSON.parse(text.toString());
  if (!Array.isArray(list)) {
    throw new Error('the lines of a page are no list');
  }
  return list.map((line) => JSON.stringify(line));
}

/** A message whose JSON lies in the lines of its page, at its own place. */
export type MessageOfPage = Omit<ListedMessage, 'raw'>;

interface Contents {
  readonly messages: readonly MessageOfPage[];
  readonly lines: PackedLines;
}

export function packPage({ messages, ...page }: ListedPage): PackedPage {
  const lines = packLines(messages.map(({ raw }) => raw));
  const contents: Contents = { messages: messages.map(({ raw: _raw, ...message }) => message), lines };
  return { ...page, messages: messages.map(({ id, createdAt }) => ({ id, createdAt })), packed: serialize(contents) };
}

/** Only what `packPage` of the same build has made may be unpacked. */
export function unpackPage({ packed }: PackedPage): Contents {
  return deserialize(packed) as Contents;
}
