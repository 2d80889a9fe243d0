/** Every read that a screen makes, timed as the main thread sees it: the way to the index's thread and back is in it. */
import { join } from 'node:path';
import { figure, type Figure } from '../../../main/bench/figures.ts';
import { EVERYTHING, type MediaFilter } from '../../../main/contract/shapes.ts';
import { openIndex, type IndexReadCalls } from '../../../main/db/client.ts';
import { generator } from '../../../main/sandbox/random.ts';

const ROUNDS = 40;

type Work = (round: number) => Promise<unknown>;

const all = (limit: Partial<MediaFilter>): MediaFilter => ({ ...EVERYTHING, ...limit });

async function workOf(read: IndexReadCalls, words: readonly string[]): Promise<Readonly<Record<string, Work>>> {
  const random = generator(11);
  const { buckets } = await read.mediaCounts({ filter: EVERYTHING });
  const chats = await read.chatList({ accountId: null, after: null, limit: 500 });
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
    'counts, everything': () => read.mediaCounts({ filter: EVERYTHING }),
    'counts, one chat': () => read.mediaCounts({ filter: all({ chatIds: [chat().id] }) }),
    'counts, kind and state': () => read.mediaCounts({ filter: all({ kinds: ['video'], states: ['locked'] }) }),
    'counts, sender': () => read.mediaCounts({ filter: all({ sender: 'me' }) }),
    'counts, words': () => read.mediaCounts({ filter: all({ text: word() }) }),
    'counts, length': () => read.mediaCounts({ filter: all({ minMs: 60_000, maxMs: 300_000 }) }),
    'layout of a month': () => read.mediaLayout({ filter: EVERYTHING, ...boundsOf(month()), after: null }),
    'page of 200, newest of a month': () =>
      read.mediaEntries({ filter: all(boundsOf(month())), limit: 200, after: null }),
    'page of 200, one chat': () =>
      read.mediaEntries({ filter: all({ chatIds: [chat().id] }), limit: 200, after: null }),
    'page of 200, length': () => read.mediaEntries({ filter: all({ minMs: 300_000 }), limit: 200, after: null }),
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
    'chats, 500': () => read.chatList({ accountId: null, after: null, limit: 500 }),
    'selection, everything': () =>
      read.selectionSummary({ selection: { filter: EVERYTHING, spans: null, include: [], exclude: [] } }),
    'selection, a range of years': (round) => {
      const [a, b] = [item(round), item(round + 7)].sort((x, y) => y.sentAt - x.sentAt || y.order - x.order);
      const span = { newest: a ?? item(0), oldest: b ?? item(0) };
      return read.selectionSummary({ selection: { filter: EVERYTHING, spans: [span], include: [], exclude: [] } });
    },
    labels: () => read.labels({}),
  };
}

const boundsOf = ({ from, to }: { readonly from: number; readonly to: number }) => ({ from, to });

export async function readFigures(library: string, words: readonly string[]): Promise<Figure[]> {
  const index = await openIndex({ path: join(library, 'index.sqlite'), mode: 'read' });
  try {
    const figures: Figure[] = [];
    for (const [name, work] of Object.entries(await workOf(index.read, words))) {
      await work(0);
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const begun = performance.now();
        await work(round);
        times.push(performance.now() - begun);
      }
      figures.push(figure('index', name, 'ms', times));
    }
    return figures;
  } finally {
    await index.close();
  }
}
