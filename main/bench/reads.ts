/** Every read that a screen makes, timed as the main thread sees it: the way to the index's thread and back is in it. */
import { join } from 'node:path';
import { MEDIA_ORDERS } from '../contract/browse-shapes.ts';
import { EVERYTHING, type MediaFilter } from '../contract/shapes.ts';
import { openIndex, type IndexReadCalls } from '../index/client.ts';
import { generator } from '../sandbox/random.ts';

const ROUNDS = 40;

/** One of those in which months do not begin when those of UTC do, as nearly everywhere. */
const ZONE = 'America/Los_Angeles';

type Work = (round: number) => Promise<unknown>;

const all = (limit: Partial<MediaFilter>): MediaFilter => ({ ...EVERYTHING, ...limit });

async function workOf(read: IndexReadCalls, words: readonly string[]): Promise<Readonly<Record<string, Work>>> {
  const random = generator(11);
  const DAY = 86_400_000;
  const counts = (input: { readonly filter: MediaFilter }) => read.mediaCounts({ ...input, timeZone: ZONE });
  const { buckets } = await counts({ filter: EVERYTHING });
  const chats = await read.chatList({ accountId: null, after: null, limit: 500 });
  const newest = buckets[0] ?? { from: 0, to: 1 };
  const month = () => buckets[Math.floor(random() * buckets.length)] ?? { from: 0, to: 1 };
  const chat = () => chats.rows[Math.floor(random() ** 2 * chats.rows.length)] ?? { accountId: 1, id: 1 };
  const word = () => words[Math.floor(random() ** 2 * words.length)] ?? '';
  const someone = async () => {
    const { from, to } = month();
    const { rows } = await read.mediaEntries({ filter: all({ from, to }), limit: 1, after: null });
    return rows[0] ?? { accountId: 1, id: 1, sentAt: 0, order: 0 };
  };
  const items = await Promise.all(Array.from({ length: ROUNDS }, someone));
  const item = (round: number) => items[round % items.length] ?? { accountId: 1, id: 1, sentAt: 0, order: 0 };
  return {
    'counts, everything': () => counts({ filter: EVERYTHING }),
    'counts, one chat': () => counts({ filter: all({ chatIds: [chat().id] }) }),
    'counts, kind and state': () => counts({ filter: all({ kinds: ['video'], states: ['locked'] }) }),
    'counts, sender': () => counts({ filter: all({ sender: 'me' }) }),
    'counts, words': () => counts({ filter: all({ text: word() }) }),
    'counts, several chats': () =>
      counts({ filter: all({ chatIds: Array.from({ length: 12 }, () => chat().id), kinds: ['video'] }) }),
    'counts, days that cut months': () =>
      counts({ filter: all({ from: month().from + 9 * DAY, to: newest.to - 5 * DAY }) }),
    'counts, length': () => counts({ filter: all({ minMs: 60_000, maxMs: 300_000 }) }),
    'counts, size': () => counts({ filter: all({ minBytes: 1_000_000, maxBytes: 10_000_000 }) }),
    'counts, shape': () => counts({ filter: all({ shape: 'portrait' }) }),
    'counts, size, shape, kind, state and sender': () =>
      counts({
        filter: all({
          minBytes: 1_000_000,
          shape: 'landscape',
          kinds: ['photo', 'video'],
          states: ['stored'],
          sender: 'them',
        }),
      }),
    'counts, length in one chat': () => counts({ filter: all({ chatIds: [chat().id], minMs: 60_000 }) }),
    'counts, favourites (0.5 %)': () => counts({ filter: all({ labels: [1] }) }),
    'counts, a label (10 %)': () => counts({ filter: all({ labels: [2] }) }),
    'counts, words and kind': () => counts({ filter: all({ text: word(), kinds: ['video'] }) }),
    'counts, an account': () => counts({ filter: all({ accountId: chat().accountId }) }),
    'page of 200, an account': () =>
      read.mediaEntries({ filter: all({ accountId: chat().accountId }), limit: 200, after: null }),
    ...Object.fromEntries(
      (['size', 'chat'] as const).map((by): [string, Work] => [
        `page of 200 by ${by}, an account`,
        () =>
          read.mediaEntries({
            filter: all({ accountId: chat().accountId }),
            order: { by, descending: true },
            limit: 200,
            after: null,
          }),
      ]),
    ),
    'layout of a month': () =>
      read.mediaLayout({ timeZone: ZONE, filter: EVERYTHING, ...boundsOf(month()), after: null }),
    'covers of 24 months': () => read.mediaCovers({ filter: EVERYTHING, spans: buckets.slice(0, 24).map(boundsOf) }),
    'page of 200, newest of a month': () =>
      read.mediaEntries({ filter: all(boundsOf(month())), limit: 200, after: null }),
    'page of 200, one chat': () =>
      read.mediaEntries({ filter: all({ chatIds: [chat().id] }), limit: 200, after: null }),
    'page of 200, length': () => read.mediaEntries({ filter: all({ minMs: 300_000 }), limit: 200, after: null }),
    'page of 200, favourites (0.5 %)': () =>
      read.mediaEntries({ filter: all({ labels: [1] }), limit: 200, after: null }),
    'page of 200, a label (10 %)': () => read.mediaEntries({ filter: all({ labels: [2] }), limit: 200, after: null }),
    'page of 200, words': () => read.mediaEntries({ filter: all({ text: word() }), limit: 200, after: null }),
    'page of 200, size and shape': () =>
      read.mediaEntries({ filter: all({ minBytes: 100_000_000, shape: 'square' }), limit: 200, after: null }),
    ...Object.fromEntries(
      MEDIA_ORDERS.flatMap((by) =>
        [true, false].map((descending): [string, Work] => [
          `page of 200 by ${by}, ${descending ? 'falling' : 'rising'}, somewhere`,
          async () => {
            const filter = all(random() < 0.5 ? {} : { kinds: ['video'] });
            const { next } = await read.mediaEntries({ filter, order: { by, descending }, limit: 200, after: null });
            await read.mediaEntries({ filter, order: { by, descending }, limit: 200, after: next });
          },
        ]),
      ),
    ),
    'page of 200 by size, one chat': () =>
      read.mediaEntries({
        filter: all({ chatIds: [chat().id] }),
        order: { by: 'size', descending: true },
        limit: 200,
        after: null,
      }),
    'page of 200 by size, a month': () =>
      read.mediaEntries({
        filter: all(boundsOf(month())),
        order: { by: 'size', descending: true },
        limit: 200,
        after: null,
      }),
    'neighbours in the viewer': (round) =>
      read.mediaAround({
        filter: EVERYTHING,
        accountId: item(round).accountId,
        mediaId: item(round).id,
        newer: 40,
        older: 40,
      }),
    'one item': (round) => read.mediaItem({ accountId: item(round).accountId, mediaId: item(round).id }),
    'files of an item': (round) => read.mediaFiles({ accountId: item(round).accountId, mediaId: item(round).id }),
    'conversation, newest 100': () =>
      read.messagesPage({ accountId: chat().accountId, chatId: chat().id, anchor: { at: 'newest' }, limit: 100 }),
    'search, 50 hits': () => read.messageHits({ text: word(), accountId: null, chatId: null, after: null, limit: 50 }),
    accounts: () => read.accounts({}),
    'chats, first page': () => read.chatList({ accountId: chat().accountId, after: null, limit: 100 }),
    'ledger of a chat': () => read.ledgerRows({ accountId: chat().accountId, chatId: chat().id }),
    'chats, 500': () => read.chatList({ accountId: null, after: null, limit: 500 }),
    'selection, everything': () =>
      read.selectionSummary({ selection: { filter: EVERYTHING, spans: null, include: [], exclude: [] } }),
    'selection, a range of years': (round) => {
      const [a, b] = [item(round), item(round + 7)].sort((x, y) => y.sentAt - x.sentAt || y.order - x.order);
      const span = { newest: a ?? item(0), oldest: b ?? item(0) };
      return read.selectionSummary({ selection: { filter: EVERYTHING, spans: [span], include: [], exclude: [] } });
    },
    'selection, a length': () =>
      read.selectionSummary({
        selection: { filter: all({ minMs: 60_000 }), spans: null, include: [], exclude: [] },
      }),
    'selection, a label (10 %)': () =>
      read.selectionSummary({ selection: { filter: all({ labels: [2] }), spans: null, include: [], exclude: [] } }),
    labels: () => read.labels({}),
    'trash, summary and page': async () => {
      await read.trashSummary({});
      await read.trashPage({ after: null, limit: 200 });
    },
    'ledger by chat': () => read.ledgerRows({ accountId: null, chatId: null }),
    'usage by chat': () => read.libraryUsage({}),
    'size of the library': () => read.librarySize({}),
    'ledger of everything': () => read.ledgerTotal({ accountId: null }),
  };
}

const boundsOf = ({ from, to }: { readonly from: number; readonly to: number }) => ({ from, to });

/** The times of every read, ms, by its name. `library` was made by `generateLibrary`, `words` occur in it. */
export async function readTimes(
  library: string,
  words: readonly string[],
  rounds = ROUNDS,
): Promise<Map<string, readonly number[]>> {
  const index = await openIndex({ path: join(library, 'index.sqlite'), mode: 'read' });
  try {
    const all = new Map<string, readonly number[]>();
    for (const [name, work] of Object.entries(await workOf(index.read, words))) {
      await work(0);
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const begun = performance.now();
        await work(round);
        times.push(performance.now() - begun);
      }
      all.set(name, times);
    }
    return all;
  } finally {
    await index.close();
  }
}
