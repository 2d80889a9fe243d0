/** The reads of the made-up library. */
import { zone } from '../../lib/zone.ts';
import { ratioByte } from '../../../../main/contract/grid-shape.ts';
import type { Ledger, LedgerState } from '../../../../main/contract/model.ts';
import { LEDGER_STATES, MEDIA_KINDS } from '../../../../main/contract/model.ts';
import type { CallInput, CallOutput } from '../../../../main/app/calls.ts';
import type {
  KindUsage,
  ListedRef,
  MediaDetails,
  MediaEntry,
  MediaFilter,
  MediaItem,
  MediaOrder,
  MediaShape,
  Message,
  TextPart,
} from '../../../../main/contract/shapes.ts';
import type { MadeLabels } from './labels.ts';
import type { MadeChat, MadeEntry, MadeLibrary } from './library.ts';

const fold = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

const wordsOf = (text: string): string[] => fold(text).split(/\s+/).filter(Boolean);

function messageText(library: MadeLibrary): Map<number, string> {
  return new Map(library.chats.flatMap((chat) => chat.messages.map((message) => [message.id, fold(message.text)])));
}

export function matching(library: MadeLibrary, filter: MediaFilter, labels?: MadeLabels): readonly MadeEntry[] {
  const words = wordsOf(filter.text ?? '');
  const texts = words.length > 0 ? messageText(library) : null;
  return library.media.filter(
    (entry) =>
      (filter.chatIds.length === 0 || filter.chatIds.includes(entry.chatId)) &&
      (filter.kinds.length === 0 || filter.kinds.includes(entry.kind)) &&
      (filter.states.length === 0 || filter.states.includes(entry.state)) &&
      (filter.from === null || entry.sentAt >= filter.from) &&
      (filter.to === null || entry.sentAt < filter.to) &&
      filter.sender !== 'me' &&
      isWithin(entry.durationMs, filter.minMs, filter.maxMs) &&
      isWithin(entry.bytes, filter.minBytes, filter.maxBytes) &&
      (filter.shape === undefined || filter.shape === shapeOf(entry)) &&
      (filter.labels === undefined || filter.labels.length === 0 || labels?.hasAny(entry, filter.labels) === true) &&
      (filter.noted !== true || labels?.note(entry.id) !== null) &&
      (texts === null || words.every((word) => texts.get(entry.messageId)?.includes(word) === true)),
  );
}

const isWithin = (value: number | null, least?: number, below?: number): boolean =>
  (least === undefined && below === undefined) ||
  (value !== null && value >= (least ?? 0) && value < (below ?? Number.POSITIVE_INFINITY));

function shapeOf({ width, height }: MediaEntry): MediaShape | null {
  if (width === null || height === null) {
    return null;
  }
  return height * 20 >= width * 21 ? 'portrait' : width * 20 >= height * 21 ? 'landscape' : 'square';
}

const base64 = (bytes: readonly number[]): string => btoa(bytes.map((byte) => String.fromCharCode(byte)).join(''));
const PAGE = 200;

export function layout(
  library: MadeLibrary,
  { filter, from, to, near }: CallInput<'media.layout'>,
  labels: MadeLabels,
): CallOutput<'media.layout'> {
  const rows = matching(
    library,
    { ...filter, from: Math.max(from, filter.from ?? 0), to: Math.min(to, filter.to ?? Number.MAX_SAFE_INTEGER) },
    labels,
  );
  const pages = Array.from({ length: Math.ceil(rows.length / PAGE) }, (_, page) => ({
    first: page * PAGE,
    after: page === 0 ? null : String(page * PAGE),
  }));
  return {
    days: base64(rows.map(({ sentAt }) => zone.dayOf(sentAt) - zone.dayOf(from))),
    ratios: base64(rows.map(({ width, height }) => ratioByte(width, height))),
    pages,
    near: pages
      .filter(({ first }) => near !== undefined && first < near.end && first + PAGE > near.first)
      .map(({ first }) => ({ first, rows: rows.slice(first, first + PAGE).map((row) => ({ ...row })) })),
    next: null,
  };
}

const monthOf = (at: number): string => new Date(Date.UTC(1970, zone.monthOf(at), 1)).toISOString().slice(0, 7);

export function counts(library: MadeLibrary, filter: MediaFilter, labels: MadeLabels): CallOutput<'media.counts'> {
  const rows = matching(library, filter, labels);
  const months = new Map<string, { count: number; bytes: number }>();
  for (const row of rows) {
    const month = months.get(monthOf(row.sentAt)) ?? { count: 0, bytes: 0 };
    month.count += 1;
    month.bytes += row.bytes ?? 0;
    months.set(monthOf(row.sentAt), month);
  }
  return {
    timeZone: zone.name,
    count: rows.length,
    of: library.media.length,
    buckets: [...months].map(([month, { count, bytes }]) => {
      const [year = 0, number = 1] = month.split('-').map(Number);
      const first = (year - 1970) * 12 + number - 1;
      return { month, from: zone.startOfMonth(first), to: zone.startOfMonth(first + 1), count, bytes };
    }),
  };
}

export function page(
  library: MadeLibrary,
  input: CallInput<'media.page'>,
  labels: MadeLabels,
): CallOutput<'media.page'> {
  const rows = ordered(matching(library, input.filter, labels), input.order).map((row) => ({ ...row }));
  const start = input.after === null ? 0 : Number(input.after);
  const end = start + input.limit;
  return { rows: rows.slice(start, end), next: end < rows.length ? String(end) : null };
}

/** Equal ones stay newest first; what has no size or no length comes last. */
function ordered(rows: readonly MadeEntry[], order: MediaOrder | undefined): readonly MadeEntry[] {
  if (order === undefined || order.by === 'date') {
    return order?.descending === false ? rows.toReversed() : rows;
  }
  const sign = order.descending ? -1 : 1;
  const valueOf = (row: MadeEntry): number | null => {
    switch (order.by) {
      case 'size':
        return row.bytes;
      case 'length':
        return row.durationMs;
      case 'kind':
        return MEDIA_KINDS.indexOf(row.kind);
      case 'state':
        return LEDGER_STATES.indexOf(row.state);
      default:
        return row.chatId;
    }
  };
  return rows.toSorted((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)];
    return x === null || y === null ? Number(x === null) - Number(y === null) : sign * (x - y);
  });
}

export function around(
  library: MadeLibrary,
  input: CallInput<'media.around'>,
  labels: MadeLabels,
): CallOutput<'media.around'> | null {
  const rows = matching(library, input.filter, labels);
  const position = rows.findIndex((row) => row.id === input.mediaId);
  if (position < 0) {
    return null;
  }
  const start = Math.max(0, position - input.newer);
  return { rows: rows.slice(start, position + input.older + 1), index: position - start, position };
}

export function ledgerOf(media: readonly MediaEntry[]): Ledger {
  const ledger: Record<LedgerState, number> & { listed: number } = {
    listed: media.length,
    stored: 0,
    locked: 0,
    notReady: 0,
    protected: 0,
    gone: 0,
    failed: 0,
    pending: 0,
  };
  for (const state of LEDGER_STATES) {
    ledger[state] = media.filter((entry) => entry.state === state).length;
  }
  return ledger;
}

export function usageOf(media: readonly MediaEntry[]): KindUsage {
  const usage = {
    photo: { files: 0, bytes: 0 },
    video: { files: 0, bytes: 0 },
    gif: { files: 0, bytes: 0 },
    audio: { files: 0, bytes: 0 },
    other: { files: 0, bytes: 0 },
  };
  for (const entry of media) {
    if (entry.bytes !== null) {
      usage[entry.kind].files += 1;
      usage[entry.kind].bytes += entry.bytes;
    }
  }
  return usage;
}

export const usageBytes = (usage: KindUsage): number => Object.values(usage).reduce((sum, kind) => sum + kind.bytes, 0);

export function messages(chat: MadeChat, input: CallInput<'messages.page'>): CallOutput<'messages.page'> {
  const all = chat.messages;
  const { anchor, limit } = input;
  const indexOf = (id: number): number => {
    const found = all.findIndex((message) => message.id >= id);
    return found < 0 ? all.length : found;
  };
  let start: number;
  let end: number;
  switch (anchor.at) {
    case 'newest':
      end = all.length;
      start = end - limit;
      break;
    case 'older':
      end = indexOf(anchor.messageId);
      start = end - limit;
      break;
    case 'newer':
      start = indexOf(anchor.messageId + 1);
      end = start + limit;
      break;
    case 'around':
    case 'date': {
      const at =
        anchor.at === 'around' ? indexOf(anchor.messageId) : all.findIndex((message) => message.sentAt >= anchor.time);
      start = (at < 0 ? all.length : at) - Math.floor(limit / 2);
      end = start + limit;
      break;
    }
  }
  start = Math.max(0, start);
  end = Math.min(all.length, end);
  return { rows: all.slice(start, end), hasOlder: start > 0, hasNewer: end < all.length };
}

function marked(text: string, words: readonly string[]): TextPart[] {
  const folded = fold(text);
  const parts: TextPart[] = [];
  let at = 0;
  while (at < text.length) {
    const next = words
      .map((word) => ({ start: folded.indexOf(word, at), word }))
      .filter(({ start }) => start >= 0)
      .sort((a, b) => a.start - b.start)[0];
    if (next === undefined || folded.length !== text.length) {
      parts.push({ text: text.slice(at), hit: false });
      break;
    }
    if (next.start > at) {
      parts.push({ text: text.slice(at, next.start), hit: false });
    }
    at = next.start + next.word.length;
    parts.push({ text: text.slice(next.start, at), hit: true });
  }
  return parts;
}

export function search(library: MadeLibrary, input: CallInput<'search.messages'>): CallOutput<'search.messages'> {
  const words = wordsOf(input.text);
  const fits = (message: Message): boolean => words.every((word) => fold(message.text).includes(word));
  const hits = library.chats
    .filter((chat) => input.chatId === null || chat.id === input.chatId)
    .flatMap((chat) =>
      chat.messages.filter(fits).map((message) => ({
        accountId: message.accountId,
        chatId: chat.id,
        chatName: chat.name,
        messageId: message.id,
        senderName: message.senderName,
        fromMe: message.fromMe,
        sentAt: message.sentAt,
        parts: marked(message.text, words),
        media: message.media.slice(0, 6),
        mediaCount: message.media.length,
      })),
    )
    .sort((a, b) => b.sentAt - a.sentAt);
  const start = input.after === null ? 0 : Number(input.after);
  const end = start + input.limit;
  return { hits: hits.slice(start, end), next: end < hits.length ? String(end) : null };
}

/** Everything known of an item: made up where the library has nothing to tell. */
export function itemOf(library: MadeLibrary, mediaId: number, labels: MadeLabels): MediaItem | null {
  const entry = library.media.find((each) => each.id === mediaId);
  const chat = library.chats.find((each) => each.id === entry?.chatId);
  const message = chat?.messages.find((each) => each.id === entry?.messageId);
  if (entry === undefined || chat === undefined || message === undefined) {
    return null;
  }
  const stored = entry.state === 'stored';
  const at = entry.sentAt;
  const later = chat.messages.filter((each) => each.id > message.id && !each.fromMe).slice(0, 1);
  return {
    entry,
    files: [
      {
        variant: 'full',
        state: stored ? 'stored' : 'wanted',
        sha256: stored ? hashOf(entry.id) : null,
        bytes: entry.bytes,
        mime: entry.mime,
        ext:
          entry.mime === 'image/gif'
            ? 'gif'
            : { photo: 'jpg', video: 'mp4', gif: 'mp4', audio: 'mp3', other: 'bin' }[entry.kind],
        storedAt: stored ? at + 2_400_000 : null,
        verifiedAt: stored ? at + 2_460_000 : null,
        odd: null,
        attempts: stored ? 1 : 0,
        error: null,
        retryAt: null,
      },
    ],
    history: stored
      ? [
          { at: at + 2_400_000, state: 'stored' },
          { at: at + 2_220_000, state: 'pending' },
          { at: at + 60_000, state: 'notReady' },
        ]
      : [{ at: at + 60_000, state: entry.state }],
    messages: [...later, message].map((each) => ({
      id: each.id,
      chatId: chat.id,
      chatName: chat.name,
      senderName: each.senderName,
      fromMe: each.fromMe,
      sentAt: each.sentAt,
      text: each.text,
    })),
    labels: labels.of(mediaId),
    note: labels.note(mediaId),
  };
}

/** What an audit list shows beside a tile. */
export function details(library: MadeLibrary, refs: readonly ListedRef[]): readonly MediaDetails[] {
  return refs.flatMap((ref) => {
    const chat = library.chats.find(({ id }) => id === ref.chatId);
    const entry = chat?.media.find(({ id }) => id === ref.mediaId);
    const message = chat?.messages.find(({ id }) => id === entry?.messageId);
    return entry === undefined || message === undefined
      ? []
      : [
          {
            ...ref,
            senderName: message.senderName,
            fromMe: message.fromMe,
            words: message.text.slice(0, 200),
            sha256: entry.state === 'stored' ? hashOf(entry.id) : null,
          },
        ];
  });
}

const hashOf = (id: number): string =>
  `${(id * 2_654_435_761).toString(16).slice(-8).padStart(8, '9f3a')}${String(id).padStart(48, '4b7d02')}e41b7d00`;
