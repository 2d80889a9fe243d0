import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Index, openIndex, type ReadIndex } from './client.ts';
import { connect } from './kernel/database.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from './testing/sample-pages.ts';
import { EVERYTHING } from '../contract/shapes.ts';

let folder: string;
let path: string;
let opened: ReadIndex[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-client-'));
  path = join(folder, 'index.sqlite');
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((index) => index.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function open(
  more: { readers?: number; slowMs?: number; log?: (slow: { name: string; ms: number }) => void } = {},
): Promise<Index> {
  const index = await openIndex({ path, ...more });
  opened.push(index);
  return index;
}

async function openToRead(): Promise<ReadIndex> {
  const index = await openIndex({ path, mode: 'read' });
  opened.push(index);
  return index;
}

const ACCOUNT = {
  apiBase: 'https://api.example',
  identity: 'user:1',
  userId: 1,
  username: null,
  name: 'One',
  ratePerMinute: null,
  at: 1,
};

/** Another process that holds the library until it is told to end. */
async function holder(): Promise<{ pid: number; end: (signal: NodeJS.Signals) => Promise<void> }> {
  const script = `
    const { openIndex } = await import(${JSON.stringify(new URL('./client.ts', import.meta.url).href)});
    const index = await openIndex({ path: ${JSON.stringify(path)} });
    await index.write.saveAccount(${JSON.stringify(ACCOUNT)});
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => {
      throw new Error('the other process ended before it was ready');
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    end: async (signal) => {
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

test('what is written can be read at once, by every reader', async () => {
  const index = await open({ readers: 2 });
  const account = await index.write.saveAccount(ACCOUNT);
  const answers = await Promise.all(Array.from({ length: 6 }, () => index.read.accounts({})));
  expect(answers).toEqual(Array.from({ length: 6 }, () => [account]));
});

test('closing finishes what was asked, refuses what comes later, and leaves one whole file', async () => {
  const index = await open();
  const writes = Array.from({ length: 20 }, (_, number) =>
    index.write.saveAccount({ ...ACCOUNT, identity: `user:${String(number)}` }),
  );
  const closing = index.close();
  await expect(index.read.accounts({})).rejects.toThrow('The index is closed.');
  await closing;
  await index.close();
  expect(await Promise.all(writes)).toHaveLength(20);
  expect(readdirSync(folder).sort()).toEqual(['index.guard', 'index.sqlite']);
  expect(await (await openToRead()).read.accounts({})).toHaveLength(20);
});

test('a cancelled call that has not begun never runs; the others do', async () => {
  const index = await open();
  const cancel = new AbortController();
  const save = (name: string, signal?: AbortSignal) =>
    index.write.saveAccount({ ...ACCOUNT, identity: name, name }, { signal });
  const first = save('first');
  const dropped = save('dropped', cancel.signal);
  const last = save('last');
  cancel.abort();
  await expect(dropped).rejects.toMatchObject({ name: 'AbortError' });
  await Promise.all([first, last]);
  expect((await index.read.accounts({})).map((account) => account.name)).toEqual(['first', 'last']);
  await expect(save('never', cancel.signal)).rejects.toMatchObject({ name: 'AbortError' });
});

test('a write that fails leaves nothing, and the thread goes on', async () => {
  const index = await open();
  const { id: accountId } = await index.write.saveAccount(ACCOUNT);
  const page = {
    ...LISTED,
    accountId,
    chatKey: 99,
    page: samplePage([sampleMessage(1, [sampleMedia(1)])]),
  };
  await expect(index.write.applyPage(page)).rejects.toThrow('a chat that the index does not know');
  await expect(index.write.saveAccount({ ...ACCOUNT, at: Symbol('no') as unknown as number })).rejects.toThrow();
  expect(await index.read.stats({})).toMatchObject({ messages: 0, media: 0 });
});

test('of pages written together one that fails leaves nothing, and the others are there', async () => {
  const index = await open();
  const { id: accountId } = await index.write.saveAccount(ACCOUNT);
  const chats = [5, 6, 7].map((id) => ({
    id,
    lastMessageId: null,
    lastMessageChangedAt: null,
    unreadCount: 0,
    raw: '{}',
  }));
  const keys = await index.write.saveChats({ accountId, runId: null, at: 1, chats });
  const written = await Promise.allSettled(
    [...keys.map(({ key }) => key), 99].map((chatKey, place) =>
      index.write.applyPage({
        ...LISTED,
        accountId,
        chatKey,
        page: samplePage([sampleMessage(place + 1, [sampleMedia(place + 1)])]),
        range: { hi: place + 1, lo: place + 1, nextCursor: null },
        detectGone: true,
      }),
    ),
  );
  expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
  expect(await index.read.stats({})).toMatchObject({ messages: 3, media: 3 });
});

test('slow calls are told by name and time, without their content', async () => {
  const told: { name: string; ms: number }[] = [];
  const index = await open({ slowMs: 0, log: (slow) => told.push(slow) });
  await index.write.saveAccount(ACCOUNT);
  expect(told).toEqual([{ name: 'saveAccount', ms: expect.any(Number) as number }]);
});

test('a second writer is refused and told which process writes; a reader is let in', async () => {
  const index = await open();
  await index.write.saveAccount(ACCOUNT);
  await expect(openIndex({ path })).rejects.toMatchObject({
    code: 'library_locked',
    message: expect.stringContaining(`process ${String(process.pid)}`) as string,
  });
  expect(await (await openToRead()).read.accounts({})).toHaveLength(1);
  await index.close();
  await open();
});

test('another process holds the library, and kill -9 gives it back with everything it wrote', async () => {
  const other = await holder();
  try {
    await expect(openIndex({ path })).rejects.toMatchObject({
      code: 'library_locked',
      message: expect.stringContaining(`process ${String(other.pid)}`) as string,
    });
    expect(await (await openToRead()).read.accounts({})).toHaveLength(1);
  } finally {
    await other.end('SIGKILL');
  }
  const index = await open();
  expect(await index.read.accounts({})).toHaveLength(1);
});

test('of many that want a library whose holder was killed, one gets it', async () => {
  const other = await holder();
  await other.end('SIGKILL');
  const tries = await Promise.allSettled(Array.from({ length: 4 }, () => openIndex({ path })));
  const got = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  opened.push(...got);
  expect(got).toHaveLength(1);
  expect(tries.filter((one) => one.status === 'rejected').map((one) => (one.reason as { code?: string }).code)).toEqual(
    Array(3).fill('library_locked'),
  );
});

test('a lock note that a killed process left, or anyone damaged, means nothing', async () => {
  writeFileSync(join(folder, 'index.lock'), '{"pid":');
  await open();
  expect(JSON.parse(readFileSync(join(folder, 'index.lock'), 'utf8'))).toMatchObject({ pid: process.pid });
});

test('a file that is no database is reported as damaged and left as it is', async () => {
  writeFileSync(path, 'x'.repeat(20_000));
  await expect(openIndex({ path })).rejects.toMatchObject({ code: 'library_damaged' });
  await expect(openIndex({ path, mode: 'read' })).rejects.toMatchObject({ code: 'library_damaged' });
  expect(readFileSync(path, 'utf8')).toBe('x'.repeat(20_000));
  expect(readdirSync(folder)).not.toContain('index.lock');
});

test('damage inside the file is told by the call that meets it', async () => {
  const index = await open();
  const { id: accountId } = await index.write.saveAccount(ACCOUNT);
  const [chat] = await index.write.saveChats({
    accountId,
    runId: null,
    at: 1,
    chats: [{ id: 7, lastMessageId: null, lastMessageChangedAt: null, unreadCount: null, raw: '{}' }],
  });
  const messages = Array.from({ length: 500 }, (_, number) => sampleMessage(1000 - number, [sampleMedia(number)]));
  await index.write.applyPage({
    ...LISTED,
    accountId,
    chatKey: chat?.key ?? 0,
    page: samplePage(messages),
  });
  await index.close();
  truncateSync(path, 8192 * 30);
  const found = openToRead().then((reader) => reader.read.media({ ...EVERYTHING, limit: 500, after: null }));
  await expect(found).rejects.toMatchObject({ code: 'library_damaged' });
});

test('an index of a newer version is refused by writers and readers', async () => {
  await (await open()).close();
  const db = connect(path, 'write');
  db.pragma('user_version = 99990');
  db.close();
  await expect(openIndex({ path })).rejects.toMatchObject({ code: 'library_newer' });
  await expect(openIndex({ path, mode: 'read' })).rejects.toMatchObject({ code: 'library_newer' });
});

test('reading where there is no index, or writing where there is no folder, is told and creates nothing', async () => {
  await expect(openIndex({ path, mode: 'read' })).rejects.toMatchObject({ code: 'library_not_one' });
  await expect(openIndex({ path: join(folder, 'missing', 'index.sqlite') })).rejects.toMatchObject({
    code: 'library_unwritable',
  });
  expect(readdirSync(folder)).toEqual([]);
});
