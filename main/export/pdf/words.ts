/** The words of a PDF, and how it writes times. Pure. */
import { BATES } from '../../contract/export-shapes.ts';
import { UTC, type Zone } from '../../contract/time-zone.ts';
import type { ExportMessageMedia } from '../../index/exports/calls.ts';

type ItemState = ExportMessageMedia['state'];

export const KINDS = {
  photo: 'Photo',
  video: 'Video',
  gif: 'GIF',
  audio: 'Audio',
  other: 'File',
} as const satisfies Record<ExportMessageMedia['kind'], string>;

/** Why an item has no file in the folder. */
export const WHY = {
  stored: 'Not part of this export',
  locked: 'Locked at the service, no file was ever received',
  notReady: 'Not ready at the service',
  protected: 'Protected at the service',
  gone: 'Gone at the service, no file was received before',
  failed: 'Download failed',
  pending: 'Not downloaded yet',
  removed: 'Removed from the library by its owner (in its trash)',
} as const satisfies Record<ItemState, string>;

/** The rows of the ledger. */
export const LEDGER = {
  stored: 'Stored, not part of this export',
  locked: 'Locked',
  notReady: 'Not ready',
  protected: 'Protected',
  gone: 'Gone at the service',
  failed: 'Download failed',
  pending: 'Not downloaded yet',
  removed: 'In the trash',
} as const satisfies Record<ItemState, string>;

export const COVER = {
  title: 'Conversation record',
  source: 'Source',
  sourceText: (apis: string): string => `OFAuth Access API, ${apis}`,
  account: 'Account',
  unknownUser: 'user number not told by the service',
  user: (id: number): string => `user ${String(id)}`,
  chats: 'Chats',
  period: 'Messages from – to',
  asked: 'Dates asked for',
  zones: 'Times',
  zonesText: (zone: string): string =>
    zone === 'UTC'
      ? 'All times are UTC.'
      : `All times are UTC, and below it the local time of ${zone}. Days are those of ${zone}.`,
  content: 'Content',
  contentAll: (messages: string): string => `${messages}: every kept message of these chats and dates`,
  contentWithMedia: (messages: string): string => `${messages}: those that carry an item of this export`,
  items: 'Items',
  itemsText: (listed: string, exported: string): string => `${listed} listed, ${exported} with a file in the folder`,
  made: 'Made',
  by: 'Made with',
  library: 'Library',
  exportId: 'Export',
  part: 'Part',
  partText: (part: number, before: string): string => `${String(part)}, continues ${before}`,
  hashes: 'SHA-256 of files beside it',
  hashesText:
    'The SHA-256 of this document is in manifest-sha256.txt, which lists every file of the folder. A document cannot hold its own hash.',
  about: 'How to read this record',
  aboutText: [
    'Messages are numbered in the order of each chat. The left column has the number, the times and the ID of the message at the service.',
    'An item with a file in the folder has an exhibit number (E1, E2, …). The list at the end names the file of each exhibit and its SHA-256. Pictures are printed smaller than the files.',
    'A dashed frame stands for an item without a file, with the reason. The file not-exported.csv lists all of them.',
    'A character that no font has is printed as its code point in a frame, such as U+13000. Marks that would turn the direction of writing are printed in the same way.',
    'Sender, times and words are what the service told the account. The record does not prove that the service told the truth, or who used an account.',
  ],
} as const;

export const MESSAGE = {
  me: (name: string): string => `${name} (account)`,
  unknown: 'Unknown sender',
  chat: (id: number): string => `Chat ${String(id)}`,
  number: (number: number): string => `No. ${String(number)}`,
  continued: 'continued',
  id: (id: number): string => `ID ${String(id)}`,
  replyTo: (number: number): string => `Reply to No. ${String(number)}`,
  replyOutside: (id: number): string => `Reply to message ${String(id)}, not in this record`,
  replyEmpty: 'Message without words',
  earlier: (until: string): string => `Earlier words, until ${until}`,
  edited: (at: string): string => `Edited; changed at the service ${at}`,
  gone: (since: string): string => `No longer at the service since ${since}`,
  noWords: 'No words',
  price: (price: number): string => `Price ${String(price)}`,
  tip: 'Tip',
  favourite: 'Favourite',
  labels: (labels: string): string => `Labels: ${labels}`,
  note: (note: string): string => `Note: ${note}`,
  notShown: 'cannot be shown as a picture; see the file',
  fileMissing: 'the library’s file could not be read; see the exported file',
  still: 'still',
  empty: 'This record has no messages: none of these chats and dates is kept.',
} as const;

export const EXHIBITS = {
  title: 'Exhibits',
  none: 'No item of these messages has a file in the folder.',
  name: (number: number): string => `E${String(number)}`,
  message: (number: number): string => `Message ${String(number)}`,
  sha256: (hash: string): string => `SHA-256 ${hash}`,
  next: (path: string): string => `The record continues in ${path}.`,
  end: 'End of the record.',
} as const;

export const EXPORT = (token: string): string => `Export ${token}`;

export const PAGES = (page: number, of: number): string => `Page ${String(page)} of ${String(of)}`;

/** Null: no page is numbered, or the text is neither a prefix nor a number (`BATES`). */
export function readBates(text: string | null): { readonly prefix: string; readonly least: number } | null {
  const [, prefix, least = '1'] = BATES.exec(text ?? '') ?? [];
  return prefix === undefined ? null : { prefix, least: Number(least) };
}

export const batesOf = (prefix: string, number: number): string => `${prefix}${String(number).padStart(6, '0')}`;

const iso = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** `2026-09-07 12:46:34 UTC`. */
export const utcText = (at: number): string => `${iso(UTC.wallOf(at))} UTC`;

/** `2026-09-07 14:46:34 +02:00`; null where it would only say UTC again. */
export function localText(at: number, zone: Zone): string | null {
  if (zone === UTC) {
    return null;
  }
  const wall = zone.wallOf(at);
  const minutes = Math.round((wall - at) / 60_000);
  const hours = String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0');
  return `${iso(wall)} ${minutes < 0 ? '\u2212' : '+'}${hours}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`;
}

/** Both, on one line. */
export function bothTexts(at: number, zone: Zone): string {
  const local = localText(at, zone);
  return local === null ? utcText(at) : `${utcText(at)} (${local})`;
}

const LONG = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
export const longDay = (at: number, zone: Zone): string => LONG.format(zone.wallOf(at));
const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
export const monthText = (at: number, zone: Zone): string => MONTH.format(zone.wallOf(at));
export const lengthText = (ms: number): string =>
  `${String(Math.floor(ms / 60_000))}:${String(Math.round(ms / 1000) % 60).padStart(2, '0')}`;
export const countText = (count: number, one: string, more: string): string =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : more}`;
