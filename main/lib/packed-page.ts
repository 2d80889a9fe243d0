/**
 * A page on its way from the thread that reads it to the thread of the index. The main thread decides by its ids alone, so the messages pass
 * it as bytes: copying them as objects twice would cost it more than receiving the page.
 */
import { deflateSync, inflateSync } from 'node:zlib';
import { deserialize, serialize } from 'node:v8';
import { contentHash } from './content-hash.ts';
import { packFlags } from './message-flags.ts';
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

/** A message as the index stores it. Its JSON lies in the lines of its page, at its own place. */
export interface MessageOfPage extends Omit<ListedMessage, 'raw' | 'html' | 'flags'> {
  readonly hash: number;
  /** As `packFlags` packs them. */
  readonly flags: number;
  readonly purchaseReason: string | null;
  readonly price: number | null;
  readonly mediaCount: number | null;
  readonly giphyId: string | null;
}

/**
 * What the index needs of a listed message. SQLite keeps UTF-8: half a surrogate pair would come back as another text, and look like an edit
 * at every listing.
 */
export function messageOfPage(listed: ListedMessage): MessageOfPage {
  const { raw: _raw, html, flags, ...rest } = listed;
  const { canPurchaseReason: purchaseReason, price, mediaCount, giphyId } = flags;
  const text = rest.text.toWellFormed();
  const hash = contentHash({ ...rest, flags, text, html: html.toWellFormed() });
  return { ...rest, text, hash, flags: packFlags(flags), purchaseReason, price, mediaCount, giphyId };
}

interface Contents {
  readonly messages: readonly MessageOfPage[];
  readonly lines: PackedLines;
}

export function packPage({ messages, ...page }: ListedPage): PackedPage {
  const lines = packLines(messages.map(({ raw }) => raw));
  const contents: Contents = { messages: messages.map(messageOfPage), lines };
  return { ...page, messages: messages.map(({ id, createdAt }) => ({ id, createdAt })), packed: serialize(contents) };
}

/** Only what `packPage` of the same build has made may be unpacked. */
export function unpackPage({ packed }: PackedPage): Contents {
  return deserialize(packed) as Contents;
}
