/**
 * What every read of a screen and every listed page costs as a library grows, in generated libraries. The ratio is that of the largest library
 * to one of a tenth of its size: what grows with log n stays below 1.3, what grows with n comes to 10.
 */
import { join } from 'node:path';
import { packPage } from '../lib/packed-page.ts';
import { sampleMedia, sampleMessage, samplePage } from '../index/testing/sample-pages.ts';
import { openIndex } from '../index/client.ts';
import { figure, median, type BenchContext, type Figure } from './figures.ts';
import { generateLibrary } from './generate-library.ts';
import { readTimes } from './reads.ts';

const ROUNDS = 20;
const PAGES = 40;
const A_PAGE = 100;

/** At 10 thousand, 100 thousand and a million media; `--media N` ends at another size. */
export async function growth(context: BenchContext): Promise<Figure[]> {
  const most = context.sizes['media'] ?? (context.quick ? 100_000 : 1_000_000);
  const sizes = [most / 100, most / 10, most].map(Math.ceil);
  const chats = context.sizes['chats'] ?? 500;
  const worlds = await inTurn(sizes, (media) => atSize(context, media, { chats, accounts: 1 }));
  return curve(`growth (to ${most.toLocaleString('en-US')} media)`, sizes, worlds);
}

/** Pages with 1, 10 and 100 accounts of a thousand chats each: what the sidebar, the ledger and the lists cost. */
export async function accounts(context: BenchContext): Promise<Figure[]> {
  const most = context.quick ? 10 : 100;
  const sizes = [most / 100, most / 10, most].map(Math.ceil);
  const chats = context.sizes['chats'] ?? 1000;
  const worlds = await inTurn(sizes, (many) =>
    atSize(context, many * chats * 5, { chats: many * chats, accounts: many }),
  );
  return curve(`accounts (to ${String(most)} of ${String(chats)} chats)`, sizes, worlds);
}

type Times = ReadonlyMap<string, readonly number[]>;

async function inTurn(sizes: readonly number[], work: (size: number) => Promise<Times>): Promise<Times[]> {
  const all: Times[] = [];
  for (const size of sizes) {
    all.push(await work(size));
  }
  return all;
}

async function atSize(
  context: BenchContext,
  media: number,
  shape: { readonly chats: number; readonly accounts: number },
): Promise<Times> {
  const folder = await context.folder();
  const { words, ms } = await generateLibrary({ folder, media, ...shape, seed: 7, until: Date.UTC(2026, 10, 24) });
  context.say(`${media.toLocaleString('en-US')} media generated in ${String(Math.round(ms / 1000))} s`);
  const times = new Map(await readTimes(folder, words.slice(0, 300), ROUNDS));
  times.set(`a listed page of ${String(A_PAGE)}, written`, await written(join(folder, 'index.sqlite')));
  return times;
}

/** Milliseconds of each of some pages of a new chat, as a sync writes them. */
async function written(path: string): Promise<number[]> {
  const index = await openIndex({ path });
  try {
    const [account] = await index.read.accounts({});
    const accountId = account?.id ?? 0;
    const chat = { id: 1, lastMessageId: null, lastMessageChangedAt: null, unreadCount: null, raw: '{}' };
    const [saved] = await index.write.saveChats({ accountId, runId: null, at: 1, chats: [chat] });
    const times: number[] = [];
    for (let page = 0; page < PAGES; page += 1) {
      const hi = (PAGES - page) * A_PAGE;
      const messages = Array.from({ length: A_PAGE }, (_, at) =>
        sampleMessage(hi - at, [sampleMedia((hi - at) * 2), sampleMedia((hi - at) * 2 + 1)]),
      );
      const packed = packPage(samplePage(messages));
      const range = { hi, lo: hi - A_PAGE + 1, nextCursor: null };
      const begun = performance.now();
      await index.write.applyPage({
        accountId,
        chatKey: saved?.key ?? 0,
        runId: null,
        at: 2,
        pass: 'media',
        cursor: null,
        page: packed,
        range,
        detectGone: true,
      });
      times.push(performance.now() - begun);
    }
    return times;
  } finally {
    await index.close();
  }
}

/** One row for each kind of work: its figures in the last world, beside the medians of those before. */
function curve(bench: string, sizes: readonly number[], worlds: readonly Times[]): Figure[] {
  const short = (size: number): string =>
    size >= 1_000_000 ? `${size / 1_000_000} M` : size >= 1000 ? `${size / 1000} k` : String(size);
  const [smallest, before, last] = worlds;
  return [...(last ?? [])].map(([name, times]) => {
    const at = (world: Times | undefined): number => median(world?.get(name) ?? []);
    const first = `${short(sizes[0] ?? 0)}: ${at(smallest).toPrecision(2)}`;
    return figure(bench, name, 'ms', times, {
      baseline: { name: `${first}, ${short(sizes[1] ?? 0)}`, value: at(before) },
      ratioTarget: { is: 'below', than: 1.5 },
    });
  });
}
