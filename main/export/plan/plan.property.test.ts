/** Whatever is selected, however it is named, whatever the target takes: every item once, no clash, and verify finds nothing wrong. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ExportItemRow } from '../../index/exports/calls.ts';
import type { MediaFilter } from '../../contract/shapes.ts';
import { EXPORT_LAYOUTS } from '../../contract/export-shapes.ts';
import { runExport } from '../run.ts';
import { foldPath } from '../../naming/target-names.ts';
import { MadeLibrary, type MadeMessage } from '../testing/made-library.ts';
import { EXPORT_TOKENS } from '../../contract/export-shapes.ts';
import { verifyExport } from '../proof/verify-export.ts';

const { signal } = new AbortController();
const QUIET = { onProgress: () => undefined, onProblem: () => undefined };
const CHATS = [7, 8, 9];
const NAMES = ['Anna', 'ANNA', '..', 'CON', 'x'.repeat(400), 'é', 'e\u0301', 'a/b', '\u202Eabc', 'index.html'];

let library: MadeLibrary;
let messages: MadeMessage[];

beforeEach(async () => {
  library = await MadeLibrary.open();
  messages = Array.from({ length: 30 }, (_unused, index) => ({
    id: index + 1,
    chat: CHATS[index % CHATS.length] ?? 7,
    sentAt: 1_700_000_000_000 + Math.floor(index / 4) * 86_400_000,
    // Some media stand in several chats, some bytes in several media, some are not there.
    media: [
      { id: 100 + (index % 17), ...(index % 5 === 0 && { kind: 'video' as const }) },
      { id: 200 + index, bytes: index % 7 === 0 ? null : Buffer.from(`same ${String(index % 3)}`) },
      { id: 300 + index, state: 'locked' as const },
    ],
  }));
  await library.add(messages);
});
afterEach(async () => {
  await library.end();
});

const template = fc.oneof(
  fc.constantFrom(...Object.keys(EXPORT_LAYOUTS)),
  fc
    .array(
      fc.array(fc.constantFrom(...EXPORT_TOKENS.map((token) => `{${token}}`), 'a', ' ', '{chat|trim:2|upper}'), {
        minLength: 1,
        maxLength: 3,
      }),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((segments) => segments.map((parts) => `x${parts.join('')}`).join('/')),
);

test('round trip', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      template,
      fc.subarray(CHATS),
      fc.subarray(['photo', 'video'] as const),
      fc.constantFrom(0xef53, 0x4d44),
      fc.subarray(NAMES, { minLength: 3, maxLength: 3 }),
      fc.boolean(),
      async (layout, chatIds, kinds, type, names, bag) => {
        run += 1;
        for (const [index, chat] of CHATS.entries()) {
          await library.nameChat(chat, names[index] ?? 'Anna');
        }
        const selection = {
          filter: { ...library.options().selection.filter, chatIds, kinds },
          spans: null,
          include: [],
          exclude: [],
        };
        const options = library.options({ dir: library.target(`run-${String(run)}`), layout, selection, bag });
        const ports = {
          ...library.ports,
          platform: 'linux' as const,
          threads: 2,
          statFs: () => Promise.resolve({ bavail: 1e9, bsize: 4096, blocks: 1e9, type }),
        };
        const answer = await runExport(options, ports, signal);
        expect(answer.failed).toBe(0);
        expect(answer.written).toBe(answer.planned);

        const items = await everyItem(answer.job);
        // Where folders are of chats, each chat's is whole; elsewhere an item is written once over all chats.
        const places = chatIds.length === 0 && /\{chat(?:Id)?[}|]/.test(templateOf(layout)) ? CHATS : chatIds;
        const wanted = await everyMatch({ ...selection.filter, chatIds: places });
        expect(items.map(({ chatId, mediaId }) => placeOf(places, chatId, mediaId)).sort()).toEqual(wanted);
        const folds = items.flatMap(({ path }) => (path === null ? [] : [foldPath(path)]));
        expect(new Set(folds).size).toBe(folds.length);
        expect(items.every(({ state, path }) => (state === 'done') === (path !== null))).toBe(true);

        const check = await verifyExport(answer.dir, signal, QUIET);
        expect(check).toMatchObject({ missing: 0, changed: 0 });
        expect(await runExport(options, ports, signal)).toMatchObject({
          job: answer.job,
          written: 0,
          skipped: answer.planned,
        });
      },
    ),
    { numRuns: 15 },
  );
});

function templateOf(layout: string): string {
  const named: Readonly<Record<string, string>> = EXPORT_LAYOUTS;
  return named[layout] ?? layout;
}

async function everyItem(jobId: number): Promise<ExportItemRow[]> {
  return await library.index.read.exportItems({ jobId, after: 0, limit: 500 });
}

/** What the list of the library itself says. */
async function everyMatch(filter: MediaFilter): Promise<string[]> {
  const { rows } = await library.index.read.media({ ...filter, limit: 500, after: null });
  return rows.map(({ chatId, id }) => placeOf(filter.chatIds, chatId, id)).sort();
}

/** Over all chats an item is listed once; in which of its chats does not matter. */
function placeOf(chatIds: readonly number[], chatId: number, mediaId: number): string {
  return chatIds.length === 0 ? String(mediaId) : `${String(chatId)} ${String(mediaId)}`;
}
