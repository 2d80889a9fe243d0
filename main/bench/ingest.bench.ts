/** Writing listed pages: through the index's own thread, as a sync does, against a bare loop that inserts the very same final rows. */
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openIndex, type Index } from '../index/client.ts';
import { cursorId, pageRange } from '../sync/listing/page-range.ts';
import { bareWrite, readFinalRows, type FinalRows } from './bare-rows.ts';
import type { PackedPage } from '../lib/model.ts';
import { packPage } from '../lib/packed-page.ts';
import { expectEqual, figure, median, type BenchContext, type Figure } from './figures.ts';
import { listEverything, type ChatPages } from './listed-pages.ts';
import { startSandboxProcess } from './sandbox-process.ts';

const CHATS = 3;
const ROUNDS = 5;

export async function ingest(context: BenchContext): Promise<Figure[]> {
  const messages = context.quick ? 2_000 : 8_000;
  const sandbox = await startSandboxProcess({ chats: CHATS, messages });
  let chats: PackedPages[];
  try {
    chats = (await listEverything(sandbox)).map(packed);
  } finally {
    await sandbox.stop();
  }
  const folder = await context.folder();
  const pages = chats.reduce((sum, chat) => sum + chat.pages.length, 0);
  const own: number[] = [];
  const bare: number[] = [];
  const stalls: number[] = [];
  let rows: FinalRows | null = null;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const path = join(folder, `own-${round}.sqlite`);
    const { ms, stallMs } = await ownWrite(path, chats);
    rows ??= readFinalRows(path);
    const bareMs = await bareWrite(join(folder, `bare-${round}.sqlite`), rows);
    if (round > 0) {
      own.push((rows.count * 1000) / ms);
      bare.push((rows.count * 1000) / bareMs);
      stalls.push(stallMs);
    }
    context.say(
      `round ${round}: own ${Math.round(ms)} ms, bare ${Math.round(bareMs)} ms, stall p99 ${stallMs.toFixed(1)} ms`,
    );
  }
  const bench = `ingest (${pages} pages, ${rows?.count ?? 0} rows)`;
  return [
    figure(bench, 'rows a second', '1/s', own, {
      baseline: { name: 'bare better-sqlite3 loop', value: median(bare) },
      ratioTarget: { is: 'above', than: 0.85 },
    }),
    figure(bench, 'main-thread stall, p99 of a round', 'ms', stalls, { atMost: { value: 20 } }),
  ];
}

/** As a sync gives pages to the index: another thread has packed them. */
type PackedPages = Pick<ChatPages, 'chat'> & {
  readonly pages: readonly { readonly cursor: string | null; readonly page: PackedPage }[];
};

function packed({ chat, pages }: ChatPages): PackedPages {
  return { chat, pages: pages.map(({ cursor, page }) => ({ cursor, page: packPage(page) })) };
}

/** All pages of all chats, three chats at a time as in a sync. */
async function ownWrite(path: string, chats: readonly PackedPages[]): Promise<{ ms: number; stallMs: number }> {
  const index = await openIndex({ path, lock: false });
  try {
    const account = await index.write.saveAccount({
      apiBase: 'https://api.example',
      identity: 'user:1',
      userId: 1,
      username: null,
      name: 'bench',
      ratePerMinute: null,
      at: 1,
    });
    const keys = await index.write.saveChats({
      accountId: account.id,
      runId: null,
      at: 1,
      chats: chats.map(({ chat }) => chat),
    });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const begun = performance.now();
    const seen = await Promise.all(
      chats.map((chat) => {
        const key = keys.find(({ id }) => id === chat.chat.id)?.key ?? 0;
        return applyAll(index, account.id, key, chat);
      }),
    );
    const ms = performance.now() - begun;
    delay.disable();
    const listed = chats.flatMap(({ pages }) => pages).reduce((sum, { page }) => sum + page.messages.length, 0);
    expectEqual(
      'messages written',
      seen.reduce((sum, count) => sum + count, 0),
      listed,
    );
    return { ms, stallMs: delay.percentile(99) / 1e6 };
  } finally {
    await index.close();
  }
}

async function applyAll(index: Index, accountId: number, chatKey: number, { pages }: PackedPages): Promise<number> {
  let above: number | null = null;
  let seen = 0;
  for (const { cursor, page } of pages) {
    const range = pageRange(above, page);
    const result = await index.write.applyPage({
      accountId,
      chatKey,
      runId: null,
      at: 2,
      pass: 'media',
      cursor,
      page,
      range,
      detectGone: true,
    });
    seen += result.seen;
    above = range?.lo ?? cursorId(cursor);
  }
  return seen;
}
