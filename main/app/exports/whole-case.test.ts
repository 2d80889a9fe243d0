/** A chat of the service, synced and handed over: every paper has every message, and everything adds up and is proven. */
import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING, type ExportStatus } from '../../contract/shapes.ts';
import { bagProblems } from '../../export/testing/bag-check.ts';
import { canReadPdf, messageNumbers, pdfText } from '../../export/testing/pdf-text.ts';
import { StampAuthority } from '../../export/testing/stamp-authority.ts';
import { inLong } from '../../lib/testing/long.ts';
import { AppRig } from '../testing/app-rig.ts';
import { keepStamp, requestStamp } from './proof.ts';

const MESSAGES = inLong(5000, 150);

let rig: AppRig;
let bag: string;
/** Messages that the index keeps. */
let kept: number;

beforeAll(async () => {
  rig = await AppRig.start({ library: true, sandbox: { chats: 1, messages: MESSAGES } });
  await rig.fill();
  const { promise, resolve } = Promise.withResolvers<ExportStatus>();
  const stop = rig.app.subscribe('export.progress', (status) => {
    if (status.endedAt !== null) {
      resolve(status);
    }
  });
  bag = join(rig.folder, 'case');
  await rig.ask('export.start', {
    dir: bag,
    selection: { filter: EVERYTHING, spans: null, include: [], exclude: [] },
    layout: 'by-chat',
    conflict: 'rename',
    link: 'auto',
    sidecars: ['html', 'pdf', 'csv', 'json'],
    messages: 'all',
    bates: null,
    pageSize: 'a4',
    bag: true,
    zip: false,
    zipBytes: null,
    csvBom: false,
  });
  expect(await promise).toMatchObject({ state: 'done', failed: 0 });
  stop();
  kept = 0;
  for (let after: string | null = null; ;) {
    const asked = { accountId: null, chatIds: [], from: null, to: null, text: null, raw: false };
    const page: { rows: readonly unknown[]; next: string | null } = await rig.ask('messages.list', {
      ...asked,
      after,
      limit: 500,
    });
    kept += page.rows.length;
    after = page.next;
    if (after === null) {
      break;
    }
  }
});
afterAll(async () => {
  await rig.end();
});

const inBag = (path: string): Promise<string> => readFile(join(bag, 'data', path), 'utf8');
/** Rows of a CSV whose cells may hold lines of their own. */
const rowsOf = (csv: string): number =>
  csv
    .replaceAll(/"(?:[^"]|"")*"/g, '')
    .trimEnd()
    .split('\r\n').length - 1;

test('JSON, CSV and the pages of the reader have the messages of the index', async () => {
  expect(kept).toBeGreaterThan(MESSAGES / 2);
  const { messages } = JSON.parse(await inBag('messages.json')) as { messages: readonly { id: number }[] };
  expect(new Set(messages.map(({ id }) => id)).size).toBe(kept);
  expect(messages).toHaveLength(kept);
  expect(rowsOf(await inBag('messages.csv'))).toBe(kept);
  const pages = (await readdir(join(bag, 'data', 'gallery'))).filter((name) => /^\d/.test(name));
  const articles = await Promise.all(
    pages.map(async (name) => (await inBag(`gallery/${name}`)).match(/<article /g)?.length ?? 0),
  );
  expect(articles.reduce((sum, count) => sum + count, 0)).toBe(kept);
});

test.runIf(canReadPdf())('so has the PDF, as poppler reads it', () => {
  const numbers = messageNumbers(pdfText(join(bag, 'data', 'conversation.pdf')));
  expect(numbers).toEqual(Array.from({ length: kept }, (_none, at) => at + 1));
});

test('the ledger less the files is what the list of missing items has', async () => {
  const { total } = await rig.ask('ledger.get', { accountId: null, chatId: null });
  const { files } = JSON.parse(await readFile(join(bag, 'custody.json'), 'utf8')) as { files: readonly unknown[] };
  expect(files).toHaveLength(total.stored);
  expect(rowsOf(await inBag('not-exported.csv'))).toBe(total.listed - files.length);
  expect(total.listed).toBeGreaterThan(files.length);
});

describe('proof', () => {
  test('a validator of bags and sha256sum accept the folder', () => {
    expect(bagProblems(bag)).toEqual([]);
    for (const manifest of ['manifest-sha256.txt', 'tagmanifest-sha256.txt']) {
      const { status, stdout } = spawnSync('sha256sum', ['--check', '--strict', '--quiet', manifest], { cwd: bag });
      expect([manifest, status, String(stdout)]).toEqual([manifest, 0, '']);
    }
  });

  test('openssl accepts its time stamp', async () => {
    const authority = new StampAuthority(join(rig.folder, 'authority'), { key: ['ec', 'ec_paramgen_curve:P-256'] });
    const { request, stamped } = await requestStamp(bag);
    await keepStamp(bag, authority.reply(request), authority.ca);
    // Of a bag the second manifest, which has the hash of the first.
    expect(stamped).toBe('tagmanifest-sha256.txt');
    const { said } = authority.verify(join(bag, stamped), join(bag, 'timestamp.tsr'));
    expect(said).toContain('Verification: OK');
  });
});
