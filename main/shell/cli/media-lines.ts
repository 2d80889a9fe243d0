import type { CallOutput } from '../../app/calls.ts';
import type { MediaDetails } from '../../contract/browse-shapes.ts';
import type { OddKind } from '../../contract/model.ts';
import type { MediaEntry, MediaFilter } from '../../contract/shapes.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Asked } from './context.ts';

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
}

export interface MediaPage {
  readonly lines: readonly MediaLine[];
  /** Continues after the last line; null = the end. */
  readonly next: string | null;
}

const PAGE = 200;

/**
 * Media of the library, newest first, page by page: memory does not depend on how many there are. Ends after `limit` items (null = all);
 * the last page's `next` then tells whether there are more. AppError `usage` for a token that no page gave.
 */
export async function* listMedia(
  library: Asked,
  filter: MediaFilter,
  range: { readonly limit: number | null; readonly after: string | null },
): AsyncGenerator<MediaPage, void, void> {
  // The index would start again at a token it cannot read; a script that continues must not get everything a second time.
  if (range.after !== null && !/^-?[0-9a-z]{1,12}\.-?[0-9a-z]{1,12}$/.test(range.after)) {
    throw new AppError('usage', 'The token of --after is not one that a list gave.', 'Leave it out to start anew.');
  }
  let left = range.limit ?? Number.POSITIVE_INFINITY;
  let after = range.after;
  do {
    const page: CallOutput<'media.page'> = await library.ask('media.page', {
      filter,
      limit: Math.min(PAGE, left),
      after,
    });
    left -= page.rows.length;
    after = page.next;
    yield { lines: await linesOf(library, page.rows), next: after };
  } while (after !== null && left > 0);
}

/** A page may be a little longer than asked for, since it is never cut between items of one moment. */
async function linesOf(library: Asked, entries: readonly MediaEntry[]): Promise<MediaLine[]> {
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
  { sha256 }: MediaDetails,
  { senderId, text, bytes, mime, ext, odd }: NonNullable<MediaDetails['whole']>,
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
  };
}
