/** A library of a million media: listing it, and reading from it at that size. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openIndex, type ReadIndex } from '../index/client.ts';
import { EVERYTHING } from '../contract/shapes.ts';
import { runArchiver } from './archiver-process.ts';
import { BenchFailure, expectEqual, figure, type BenchContext, type Figure } from './figures.ts';
import { startSandboxProcess } from './sandbox-process.ts';

const CHATS = 20;
/** Media a message of the sandbox carries, on average over all its messages. */
const MEDIA_A_MESSAGE = 1.62;
const PAGE = 200;
const READS = 200;

/** The same at three sizes, so that it shows what grows with the library. */
export async function million(context: BenchContext): Promise<Figure[]> {
  const asked = context.sizes['media'];
  const sizes = asked === undefined ? (context.quick ? [10_000, 100_000] : [10_000, 100_000, 1_000_000]) : [asked];
  const figures: Figure[] = [];
  for (const media of sizes) {
    figures.push(...(await atSize(context, media)));
  }
  return figures;
}

async function atSize(context: BenchContext, media: number): Promise<Figure[]> {
  const sandbox = await startSandboxProcess({ chats: CHATS, messages: Math.ceil(media / CHATS / MEDIA_A_MESSAGE) });
  try {
    const library = join(await context.folder(), 'library');
    const answer = await runArchiver(library, sandbox, { files: false });
    const { listed } = answer.ledger;
    context.say(`${listed} media in ${Math.round(answer.ms / 1000)} s, ${Math.round(answer.maxRssMb)} MB`);
    // A media item sent to several chats is one item of the account, as the sandbox counts it.
    expectEqual('media listed', listed, await sandbox.countMedia());
    await sandbox.expectNoViolations();
    const index = join(library, 'index.sqlite');
    const bench = `million (${listed.toLocaleString('en-US')} media)`;
    return [
      figure(bench, 'listing, all of it', 's', [answer.ms / 1000], { atMost: { value: (60 * listed) / 1_000_000 } }),
      figure(bench, 'listing, pages a second', '1/s', [(answer.pages * 1000) / answer.ms]),
      figure(bench, 'listing, media a second', '1/s', [(listed * 1000) / answer.ms]),
      figure(bench, 'listing, peak memory of the process', 'MB', [answer.maxRssMb], { atMost: { value: 200 } }),
      figure(bench, 'listing, main-thread stall p99', 'ms', [answer.stallMs.p99], { atMost: { value: 16 } }),
      figure(bench, 'index, bytes a media item', 'B', [(await stat(index)).size / listed], { atMost: { value: 1000 } }),
      ...(await reads(bench, index, listed)),
    ];
  } finally {
    await sandbox.stop();
  }
}

/** Latencies as the main thread sees them: the way to the reader thread and back is in them. */
async function reads(bench: string, path: string, listed: number): Promise<Figure[]> {
  const index = await openIndex({ path, mode: 'read' });
  try {
    const words = await wordsOf(index);
    const pages: number[] = [];
    let after: string | null = null;
    let seen = 0;
    for (let n = 0; n < READS && (n === 0 || after !== null); n += 1) {
      const begun = performance.now();
      const page: Awaited<ReturnType<ReadIndex['read']['media']>> = await index.read.media({
        ...EVERYTHING,
        limit: PAGE,
        after,
      });
      pages.push(performance.now() - begun);
      seen += page.rows.length;
      after = page.next;
    }
    expectEqual('media seen while scrolling', seen, Math.min(listed, READS * PAGE));
    const counts = await timed(20, async () => {
      const total = await index.read.ledgerTotal({ accountId: null });
      expectEqual('media in the ledger', total.listed, listed);
    });
    const searches = await timed(READS / 2, async (n) => {
      const text = words[n % words.length] ?? '';
      const { hits } = await index.read.messageHits({ accountId: null, text, chatId: null, after: null, limit: 50 });
      if (hits.length === 0) {
        throw new BenchFailure(`nothing found for a word that is there: ${text}`);
      }
    });
    return [
      figure(bench, `a page of ${PAGE}, scrolling`, 'ms', pages),
      figure(bench, 'count and ledger', 'ms', counts),
      figure(bench, 'search, 50 hits', 'ms', searches),
    ];
  } finally {
    await index.close();
  }
}

async function wordsOf(index: Pick<ReadIndex, 'read'>): Promise<string[]> {
  const { rows } = await index.read.media({ ...EVERYTHING, limit: 500, after: null });
  const words = new Set(rows.flatMap(({ text }) => text.match(/\b[a-z]{4,}\b/g) ?? []));
  return [...words].sort().slice(0, 40);
}

async function timed(times: number, work: (n: number) => Promise<void>): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const begun = performance.now();
    await work(n);
    all.push(performance.now() - begun);
  }
  return all;
}
