import type { MediaDetails } from '../../../contract/browse-shapes.ts';
import type { OddKind } from '../../../contract/model.ts';
import type { MediaEntry } from '../../../contract/shapes.ts';
import type { Asked } from '../context.ts';

/** A media item as the command line and scripts see it (docs/cli.md). */
export interface MediaLine {
  readonly id: number;
  readonly chatId: number;
  readonly messageId: number;
  readonly senderId: number | null;
  readonly kind: MediaEntry['kind'];
  /** ISO 8601 UTC. */
  readonly sentAt: string;
  readonly state: MediaEntry['state'];
  readonly width: number | null;
  readonly height: number | null;
  /** Seconds. */
  readonly duration: number | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly mime: string | null;
  /** Absolute; null when the full file is not stored. */
  readonly path: string | null;
  readonly text: string;
  /** The oddity of the stored file; null = none. */
  readonly odd: OddKind | null;
  /** As the service said them of the message; null where it did not. */
  readonly isFree: boolean | null;
  readonly isTip: boolean | null;
  readonly isOpened: boolean | null;
  readonly canPurchase: boolean | null;
  /** Decimal text; null = the service gave none. */
  readonly price: string | null;
  readonly accountId: number;
}

export const PAGE = 200;

/** What scripts see of listed media. A page may be a little longer than asked for, since it is never cut between items of one moment. */
export async function mediaLines(library: Asked, entries: readonly MediaEntry[]): Promise<MediaLine[]> {
  const lines: MediaLine[] = [];
  for (let start = 0; start < entries.length; start += PAGE) {
    const part = entries.slice(start, start + PAGE);
    const refs = part.map(({ accountId, id, chatId }) => ({ accountId, mediaId: id, chatId }));
    const { rows } = await library.ask('media.details', { refs, whole: true });
    const known = new Map(rows.map((row) => [keyOf(row), row]));
    // What was taken from the list between the two questions is left out, as if it had been asked for later.
    lines.push(
      ...part.flatMap((entry) => {
        const details = known.get(keyOf({ ...entry, mediaId: entry.id }));
        return details?.whole === undefined ? [] : lineOf(library, entry, details, details.whole);
      }),
    );
  }
  return lines;
}

const keyOf = (ref: Pick<MediaDetails, 'accountId' | 'mediaId' | 'chatId'>): string =>
  `${ref.accountId}/${ref.mediaId}/${ref.chatId}`;

function lineOf(
  library: Asked,
  entry: MediaEntry,
  { sha256, terms }: MediaDetails,
  { senderId, text, bytes, mime, ext, odd, flags }: NonNullable<MediaDetails['whole']>,
): MediaLine {
  return {
    id: entry.id,
    chatId: entry.chatId,
    messageId: entry.messageId,
    senderId,
    kind: entry.kind,
    sentAt: new Date(entry.sentAt).toISOString(),
    state: entry.state,
    width: entry.width,
    height: entry.height,
    duration: entry.durationMs === null ? null : entry.durationMs / 1000,
    sha256,
    bytes,
    mime,
    path: sha256 === null || ext === null ? null : library.pathOf(sha256, ext),
    text,
    odd,
    ...flags,
    price: terms.price,
    accountId: entry.accountId,
  };
}
