import { AppError } from '../../lib/app-error.ts';
import type { Core } from '../core/core.ts';

/** A message as the command line and scripts see it (docs/cli.md). */
export interface MessageLine {
  readonly id: number;
  readonly chatId: number;
  readonly senderId: number | null;
  /** ISO 8601 UTC. */
  readonly sentAt: string;
  readonly changedAt: string | null;
  readonly text: string;
  /** `gone`: the service no longer lists it. */
  readonly state: 'listed' | 'gone';
  /** The id of the message that it answers. */
  readonly replyTo: number | null;
  readonly mediaIds: readonly number[];
  /** The message as the service sent it, where it was asked for. */
  readonly raw?: unknown;
}

export interface MessageFilter {
  readonly accountId: number | null;
  /** Empty = all. */
  readonly chatIds: readonly number[];
  readonly from: number | null;
  readonly to: number | null;
  readonly text: string | null;
  readonly raw: boolean;
}

const PAGE = 500;

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/**
 * Kept messages, chat by chat and newest first, page by page. Ends after `limit` messages (null = all); the last page's `next` then tells
 * whether there are more. AppError `usage` for a token that no page gave.
 */
export async function* listMessages(
  core: Core,
  filter: MessageFilter,
  range: { readonly limit: number | null; readonly after: string | null },
): AsyncGenerator<{ readonly lines: readonly MessageLine[]; readonly next: string | null }, void, void> {
  if (range.after !== null && !/^[0-9a-z]{1,12}\.[0-9a-z]{1,12}$/.test(range.after)) {
    throw new AppError('usage', 'The token of --after is not one that a list gave.', 'Leave it out to start anew.');
  }
  let left = range.limit ?? Number.POSITIVE_INFINITY;
  let after = range.after;
  do {
    const { rows, next } = await core.index.read.messageList({ ...filter, after, limit: Math.min(PAGE, left) });
    left -= rows.length;
    after = next;
    yield {
      lines: rows.map(({ sentAt, changedAt, goneAt, raw, ...row }) => ({
        id: row.id,
        chatId: row.chatId,
        senderId: row.senderId,
        sentAt: new Date(sentAt).toISOString(),
        changedAt: iso(changedAt),
        text: row.text,
        state: goneAt === null ? 'listed' : 'gone',
        replyTo: row.replyTo,
        mediaIds: row.mediaIds,
        ...(raw !== undefined && { raw: JSON.parse(raw) as unknown }),
      })),
      next,
    };
  } while (after !== null && left > 0);
}
