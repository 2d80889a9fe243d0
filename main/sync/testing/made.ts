/** Pages, messages and file jobs with only what a test is about. */
import type { FileJob } from '../../index/files/calls.ts';
import { sampleMessage } from '../../index/testing/sample-pages.ts';
import type { BadItem, ListedMessage, ListedPage } from '../../lib/model.ts';

export const message = (id: number): ListedMessage =>
  sampleMessage(id, [], { senderId: null, senderName: null, text: '', html: '', createdAt: null, raw: '{}' });

export function badItem(messageId: number | null): BadItem {
  return { index: 0, messageId, reason: 'made for a test', raw: '{}' };
}

/** A page of these ids; by default the last one. */
export function page(ids: readonly number[], rest: Partial<Omit<ListedPage, 'messages'>> = {}): ListedPage {
  return { messages: ids.map(message), bad: [], hasMore: false, nextCursor: null, ...rest };
}

export function job(fileId: number, rest: Partial<FileJob> = {}): FileJob {
  return {
    fileId,
    accountId: 1,
    chatKey: 1,
    chatId: 7,
    mediaId: fileId,
    messageId: 1_000 + fileId,
    variant: 'full',
    kind: 'photo',
    url: `http://media.test/${fileId}`,
    urlFetchedAt: 0,
    urlExpiresAt: null,
    pass: 'media',
    pageCursor: null,
    attempts: 0,
    totalBytes: null,
    sentAt: 0,
    ...rest,
  };
}
