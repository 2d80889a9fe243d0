import type { ExportOptions, ExportProgress } from '../../contract/export-shapes.ts';
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inLong } from '../../lib/testing/long.ts';
import { draw, plain } from '../../pictures/testing/made-pictures.ts';
import type { ExportPorts } from '../plan/export-types.ts';
import { runExport } from '../run.ts';
import { MadeLibrary, type MadeMessage } from '../testing/made-library.ts';
import { canReadPdf, messageNumbers, pdfFaults, pdfText } from '../testing/pdf-text.ts';
import { zipEntries } from '../testing/zip-entries.ts';
import { verifyExport } from '../proof/verify-export.ts';

const { signal } = new AbortController();
const QUIET = { onProgress: () => undefined, onProblem: () => undefined };
const SENT = Date.UTC(2026, 8, 7, 12, 46, 34);
const MADE = Date.UTC(2026, 10, 30, 9, 0, 0);

let library: MadeLibrary;
beforeEach(async () => {
  library = await MadeLibrary.open();
});
afterEach(async () => {
  await library.end();
});

const ports = (more: Partial<ExportPorts> = {}): ExportPorts => ({
  ...library.ports,
  now: () => MADE,
  timeZone: 'Europe/Berlin',
  ...more,
});

async function exported(more: Partial<ExportOptions> = {}, given: Partial<ExportPorts> = {}): Promise<string> {
  const options = library.options({ sidecars: ['pdf'], messages: 'all', ...more });
  return (await runExport(options, ports(given), signal)).dir;
}

const jpeg = (width: number, height: number): Promise<Buffer> =>
  draw({ from: plain(width, height, [200, 40, 40]), to: { format: 'jpeg', quality: 80 } });

const words = (count: number, chat = 7): MadeMessage[] =>
  Array.from({ length: count }, (_none, at) => ({
    id: 1000 + at,
    chat,
    text: `message number ${String(at)}`,
    sentAt: SENT + at * 60_000,
    mine: at % 3 === 0,
    media: [],
  }));

const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

/** What a person did to the folder in between does not matter: the same export writes the same document. */
test('the same input has the same bytes, and a folder with nothing new keeps its document', async () => {
  await library.add([
    ...words(40),
    { id: 9000, text: 'مرحبا 你好 😀', media: [{ id: 1, bytes: await jpeg(300, 200) }] },
  ]);
  const file = join(await exported(), 'conversation.pdf');
  const before = await readFile(file);
  await rm(file);
  await exported();
  expect((await readFile(file)).equals(before)).toBe(true);
  await exported({}, { now: () => MADE + 5000 });
  expect((await readFile(file)).equals(before)).toBe(true);
});

test('a later run tells of a new message, though no file is new', async () => {
  await library.add(words(3));
  const file = join(await exported({ messages: 'none', sidecars: ['pdf'] }), 'conversation.pdf');
  const before = await sha256(file);
  await library.add([{ id: 5000, text: 'with a file', media: [{ id: 1 }] }]);
  await exported({ messages: 'none', sidecars: [] });
  expect(await sha256(file)).not.toBe(before);
});

test('it is in the manifest, and one changed byte is noticed', async () => {
  await library.add(words(3));
  const dir = await exported({ bag: true });
  const file = join(dir, 'data', 'conversation.pdf');
  expect(await readFile(join(dir, 'manifest-sha256.txt'), 'utf8')).toContain(
    `${await sha256(file)}  data/conversation.pdf\n`,
  );
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ missing: 0, changed: 0 });
  const bytes = await readFile(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await writeFile(file, bytes);
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ missing: 0, changed: 1 });
});

test('a zip holds it', async () => {
  await library.add(words(3));
  expect([...zipEntries(join(await exported({ zip: true }), 'export.zip')).keys()]).toContain('conversation.pdf');
});

test('a file of somebody else with its name is not replaced', async () => {
  await library.add(words(250));
  const dir = await exported({ sidecars: [] });
  const part = { pdfPart: { messages: 100, bytes: 1e9 } };
  await writeFile(join(dir, 'conversation-2.pdf'), 'mine');
  await expect(exported({}, part)).rejects.toMatchObject({ code: 'usage' });
  expect(await readFile(join(dir, 'conversation-2.pdf'), 'utf8')).toBe('mine');
  expect(await readdir(dir)).not.toContain('conversation.pdf');
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ missing: 0, changed: 0 });
});

test('a large record has parts, and those of a longer one go', async () => {
  await library.add(words(250));
  const dir = await exported({}, { pdfPart: { messages: 100, bytes: 1e9 } });
  const parts = async (): Promise<string[]> => (await readdir(dir)).filter((name) => name.endsWith('.pdf')).sort();
  expect(await parts()).toEqual(['conversation-2.pdf', 'conversation-3.pdf', 'conversation.pdf']);
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ missing: 0, changed: 0 });
  await rm(join(dir, 'conversation.pdf'));
  await exported();
  expect(await parts()).toEqual(['conversation.pdf']);
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ missing: 0, changed: 0 });
});

test('a run that is given up leaves the last good export', async () => {
  await library.add(words(600));
  const dir = await exported();
  await library.add([{ id: 9000, text: 'more', media: [] }]);
  const controller = new AbortController();
  const cut = runExport(library.options({ sidecars: ['pdf'], messages: 'all' }), ports(), controller.signal, {
    onProgress: ({ phase }) => {
      if (phase === 'papers') {
        controller.abort();
      }
    },
    onNotice: () => undefined,
    onFailure: () => undefined,
    whenGoing: () => Promise.resolve(),
  });
  await expect(cut).rejects.toMatchObject({ code: 'interrupted' });
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ missing: 0, changed: 0 });
  expect(await readdir(join(dir, '.chatkeep-export'))).toEqual(['export.json']);
});

/** Width and height of each page, in points. */
const pageSizes = async (dir: string): Promise<string[]> => {
  const text = await readFile(join(dir, 'conversation.pdf'), 'latin1');
  return [...new Set([...text.matchAll(/\/MediaBox \[0 0 ([\d.]+ [\d.]+)\]/g)].map(([, size = '']) => size))];
};

test('pages have the size of the region unless one is chosen, and a folder keeps its own', async () => {
  await library.add(words(3));
  expect(await pageSizes(await exported({}, { pageSize: 'letter' }))).toEqual(['612 792']);
  await library.add([{ id: 5000, text: 'more', media: [] }]);
  expect(await pageSizes(await exported({}, { pageSize: 'a4' }))).toEqual(['612 792']);
  expect(await pageSizes(await exported({ pageSize: 'a4' }, { pageSize: 'letter' }))).toEqual(['595.28 841.89']);
  expect(await pageSizes(await exported({ pageSize: 'letter', dir: library.target('other') }))).toEqual(['612 792']);
});

test('it is told how many messages the PDF has so far, and a pause holds it', async () => {
  await library.add(words(600));
  const told: NonNullable<ExportProgress['pdf']>[] = [];
  const holds: PromiseWithResolvers<undefined>[] = [];
  let isHeld = false;
  const run = runExport(
    library.options({ sidecars: ['pdf'], messages: 'all' }),
    { ...ports(), now: counter() },
    signal,
    {
      onProgress: ({ pdf, phase }) => {
        if (pdf !== null) {
          expect(phase).toBe('papers');
          told.push(pdf);
        }
      },
      onNotice: () => undefined,
      onFailure: () => undefined,
      whenGoing: () => {
        if (told.length !== 3 || isHeld) {
          return Promise.resolve();
        }
        isHeld = true;
        const hold = Promise.withResolvers<undefined>();
        holds.push(hold);
        // Whatever the thread still has to do, nothing more is given to it.
        setImmediate(() => {
          expect(told).toHaveLength(3);
          hold.resolve(undefined);
        });
        return hold.promise;
      },
    },
  );
  await run;
  expect(holds).toHaveLength(1);
  expect(told[0]).toEqual({ done: 0, total: 600 });
  expect(told.at(-1)).toEqual({ done: 600, total: 600 });
  expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((a, b) => a - b));
  expect(new Set(told.map(({ done }) => done)).size).toBeGreaterThan(20);
});

/** A clock on which something is told at every step. */
function counter(): () => number {
  let at = MADE;
  return () => (at += 1000);
}

test('Bates numbers are kept in the library: one that can only be read gives none', async () => {
  await library.add(words(1));
  await expect(exported({ bates: 'CASE-' }, { takeBates: null })).rejects.toMatchObject({ code: 'usage' });
});

describe.runIf(canReadPdf())('as poppler and qpdf read it', () => {
  test('every message of the index has its number, in order, on pages that are counted', async () => {
    const count = inLong(5000, 300);
    await library.add(words(count));
    await library.add([{ id: 5, chat: 8, text: 'a chat without media', sentAt: SENT, media: [] }]);
    const file = join(await exported(), 'conversation.pdf');
    const text = pdfText(file);
    expect(messageNumbers(text)).toEqual(Array.from({ length: count + 1 }, (_none, at) => at + 1));
    for (const at of [0, 1, count >> 1, count - 1]) {
      expect(text).toContain(`message number ${String(at)}\n`);
    }
    expect(text).toContain('a chat without media');
    const pages = [...text.matchAll(/^Page (\d+) of (\d+)$/gm)].map(([, page, of]) => [Number(page), Number(of)]);
    expect(pages).toEqual(pages.map((_page, at) => [at + 1, pages.length]));
    expect(pdfFaults(file)).toBe('');
  });

  test('times are told twice, UTC and local; the cover has the ledger and the hashes of the other papers', async () => {
    await library.nameChat(7, 'Harbour Studio');
    await library.add([
      { id: 1, text: 'hello', sentAt: SENT, media: [{ id: 11, bytes: await jpeg(300, 200) }] },
      { id: 2, text: 'bye', sentAt: SENT + 1000, mine: true, media: [{ id: 12, state: 'locked' }] },
    ]);
    const dir = await exported();
    const text = pdfText(join(dir, 'conversation.pdf'));
    expect(text).toContain('Harbour Studio');
    expect(text).toContain('2026-09-07 12:46:34 UTC\n2026-09-07 14:46:34 +02:00\nID 1\n');
    expect(text).toContain('2 listed, 1 with a file in the folder\nLocked: 1\n');
    expect(text).toContain('2026-11-30 09:00:00 UTC (2026-11-30 10:00:00 +01:00)');
    for (const paper of ['messages.json', 'messages.csv', 'not-exported.csv', 'custody.json']) {
      expect(text).toContain(`${paper}\n${await sha256(join(dir, paper))}\n`);
    }
    expect(text).toContain('Photo, ID 12\nLocked at the service');
    const [exhibit] = (await readFile(join(dir, 'manifest-sha256.txt'), 'utf8')).split('\n');
    expect(text).toContain(`SHA-256 ${exhibit?.slice(0, 64) ?? ''}`);
    expect(text).toMatch(/E1\s+Photo\s+Message 1\s/);
  });

  test('words of every script are drawn, and read back as they were', async () => {
    const texts = [
      'Привет, как дела?',
      'Καλημέρα κόσμε',
      'مرحبا بالعالم كيف حالك',
      'שלום עולם',
      '你好世界',
      '日本語のテキスト',
      '한국어 문장',
      'สวัสดี',
      '👨‍👩‍👧‍👦 😀 ❤️ 🇩🇪',
    ];
    await library.nameChat(7, 'Ωмega مرحبا שלום 你好 한국어 😀');
    await library.add(texts.map((text, at) => ({ id: at + 1, text, media: [] })));
    const text = pdfText(join(await exported(), 'conversation.pdf')).replaceAll(/[\u202a-\u202e]/g, '');
    for (const each of texts) {
      expect(text).toContain(`${each}\n`);
    }
    expect(text.match(/U\+/g)).toHaveLength(1);
  });

  test('nothing hostile is silent: boxes with code points, frames for pictures, a message of many pages', async () => {
    await library.nameChat(7, '\u202eevil\u0000 name');
    await library.add([
      { id: 1, text: 'bell \u0007 nul \u0000 turn \u202e cuneiform \u{12000} end', media: [] },
      { id: 2, text: `${'x'.repeat(30_000)} ${'слово '.repeat(5000)}`, media: [] },
      {
        id: 3,
        text: '',
        media: [
          { id: 31, bytes: Buffer.from('no picture at all') },
          { id: 32, bytes: squarePng(12_000), ext: 'png', mime: 'image/png' },
          { id: 33, kind: 'video' },
          { id: 34, kind: 'audio', ext: 'mp3', mime: 'audio/mpeg' },
          { id: 35, state: 'protected' },
          { id: 36, bytes: null },
        ],
      },
    ]);
    const file = join(await exported(), 'conversation.pdf');
    const text = pdfText(file);
    for (const code of ['0007', '0000', '202E', '12000']) {
      expect(text).toContain(`U+${code}`);
    }
    expect(text.match(/x{40,}/g)?.join('')).toHaveLength(30_000);
    expect(text.match(/слово/g)).toHaveLength(5000);
    expect(text.match(/cannot be shown as a picture/g)).toHaveLength(3);
    expect(text).toContain('Protected at the service');
    expect(text).toContain('Not downloaded yet');
    expect(messageNumbers(text)).toEqual([1, 2, 3]);
    expect(pdfFaults(file)).toBe('');
  });

  test('Bates numbers run on over pages, parts and exports, and are never given twice', async () => {
    await library.add(words(250));
    const numbersIn = (dir: string, ...parts: readonly string[]): number[] =>
      parts.flatMap((part) =>
        [...pdfText(join(dir, `conversation${part}.pdf`)).matchAll(/^CASE-(\d{6})$/gm)].map(([, number]) =>
          Number(number),
        ),
      );
    const part = { pdfPart: { messages: 100, bytes: 1e9 } };
    const first = await exported({ bates: 'CASE-' }, part);
    const before = numbersIn(first, '', '-2', '-3');
    const second = await exported({ bates: 'CASE-', dir: library.target('second') });
    await library.add([{ id: 9000, text: 'one more', media: [] }]);
    // The folder keeps its prefix; a page that says something else has another number.
    await exported({}, part);
    const all = [...before, ...numbersIn(second, ''), ...numbersIn(first, '', '-2', '-3')];
    expect(all.length).toBeGreaterThan(3 * 10);
    expect(all).toEqual(all.map((_number, at) => at + 1));
    expect(numbersIn(await exported({ bates: 'OTHER-', dir: library.target('third') }), '')).toEqual([]);
    // From a given number on, or from the next free one where that is higher.
    const [later = 0, ...rest] = numbersIn(await exported({ bates: 'CASE-000501', dir: library.target('later') }), '');
    expect(later).toBe(501);
    const last = rest.at(-1) ?? later;
    expect(numbersIn(await exported({ bates: 'CASE-000501', dir: library.target('last') }), '')[0]).toBe(last + 1);
  });

  test('parts go on with the numbers of messages and exhibits', async () => {
    const picture = await jpeg(30, 20);
    await library.add(
      words(250).map((each, at) => ({
        ...each,
        media: [{ id: at + 1, bytes: Buffer.concat([picture, Buffer.from([at])]) }],
      })),
    );
    const dir = await exported({}, { pdfPart: { messages: 100, bytes: 1e9 } });
    const [one, two, three] = ['', '-2', '-3'].map((part) => pdfText(join(dir, `conversation${part}.pdf`)));
    expect(messageNumbers(`${one ?? ''}${two ?? ''}${three ?? ''}`)).toHaveLength(250);
    expect(one).toContain('The record continues in conversation-2.pdf.');
    expect(two).toContain(`conversation.pdf\n${await sha256(join(dir, 'conversation.pdf'))}\n`);
    expect(three).toContain('E250');
    expect(three).toContain('End of the record.');
  });
});

/** A white square of one bit a pixel. */
function squarePng(side: number): Buffer {
  const chunk = (name: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const whole = Buffer.alloc(body.length + 8);
    whole.writeUInt32BE(data.length);
    body.copy(whole, 4);
    whole.writeUInt32BE(crc32(body), body.length + 4);
    return whole;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc(side * (1 + Math.ceil(side / 8)), 0xff);
  for (let row = 0; row < side; row += 1) {
    rows[row * (1 + Math.ceil(side / 8))] = 0;
  }
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
