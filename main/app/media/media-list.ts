import type { MediaFilter } from '../../contract/shapes.ts';
import type { MediaRow } from '../../index/browse/calls.ts';
import { blobPath, storePaths } from '../../files/store-paths.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Core } from '../core/core.ts';

export type { MediaFilter } from '../../contract/shapes.ts';

/** A media item as the command line and scripts see it (docs/cli.md). */
export interface MediaLine {
  readonly id: number;
  readonly chatId: number;
  readonly messageId: number;
  readonly senderId: number | null;
  readonly kind: MediaRow['kind'];
  /** ISO 8601 UTC. */
  readonly sentAt: string;
  readonly state: MediaRow['state'];
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
  readonly odd: MediaRow['odd'];
}

export interface MediaPage {
  readonly lines: readonly MediaLine[];
  /** Continues after the last line; null = the end. */
  readonly next: string | null;
}

const PAGE = 500;

/**
 * Media of the library, newest first, page by page: memory does not depend on how many there are. Ends after `limit` items (null = all);
 * the last page's `next` then tells whether there are more. AppError `usage` for a token that no page gave.
 */
export async function* listMedia(
  core: Core,
  filter: MediaFilter,
  range: { readonly limit: number | null; readonly after: string | null },
): AsyncGenerator<MediaPage, void, void> {
  // The index would start again at a token it cannot read; a script that continues must not get everything a second time.
  if (range.after !== null && !/^-?[0-9a-z]{1,12}\.-?[0-9a-z]{1,12}$/.test(range.after)) {
    throw new AppError('usage', 'The token of --after is not one that a list gave.', 'Leave it out to start anew.');
  }
  const paths = storePaths(core.library.root);
  let left = range.limit ?? Number.POSITIVE_INFINITY;
  let after = range.after;
  do {
    const { rows, next } = await core.index.read.media({ ...filter, limit: Math.min(PAGE, left), after });
    left -= rows.length;
    after = next;
    yield { lines: rows.map((row) => toLine(row, paths)), next };
  } while (after !== null && left > 0);
}

function toLine(row: MediaRow, paths: ReturnType<typeof storePaths>): MediaLine {
  const { sha256, ext, durationMs } = row;
  return {
    id: row.id,
    chatId: row.chatId,
    messageId: row.messageId,
    senderId: row.senderId,
    kind: row.kind,
    sentAt: new Date(row.sentAt).toISOString(),
    state: row.state,
    width: row.width,
    height: row.height,
    duration: durationMs === null ? null : durationMs / 1000,
    sha256,
    bytes: row.bytes,
    mime: row.mime,
    path: sha256 === null || ext === null ? null : blobPath(paths, sha256, ext).file,
    text: row.text,
    odd: row.odd,
  };
}
