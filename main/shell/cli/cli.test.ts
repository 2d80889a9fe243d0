import { readFile, rm, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliRig, jsonLines } from './testing/cli-rig.ts';
import { truthOf } from '../../sandbox/testing/truth.ts';

/** One library, synced once; every test reads it through the real command line. */
let rig: CliRig;
beforeAll(async () => {
  rig = await CliRig.start();
});
afterAll(async () => {
  await rig.close();
});

const COLUMNS = ['stored', 'locked', 'notReady', 'protected', 'gone', 'failed', 'pending'];
const sum = (ledger: Record<string, number>): number =>
  COLUMNS.reduce((total, column) => total + (ledger[column] ?? 0), 0);

/** Every media id the sandbox has. */
const trueMedia = (): Set<number> =>
  new Set([...truthOf(rig.sandbox).chats()].flatMap((chat) => [...chat.media()].map(({ id }) => id)));

describe('with an account from the environment', () => {
  it('syncs everything and answers with the agreed object', async () => {
    const ended = await rig.runAs(['sync', '--json']);
    expect(ended.stderr).not.toContain('chatkeep:');
    expect(ended.code).toBe(0);
    const [answer, ...rest] = jsonLines(ended);
    expect(rest).toEqual([]);
    expect(answer).toMatchObject({
      outcome: 'complete',
      chats: 2,
      pages: 2,
      messages: { bad: 0 },
      files: { failed: 0 },
    });
    expect(Object.keys(answer as object)).toEqual([
      'outcome',
      'chats',
      'pages',
      'messages',
      'files',
      'ledger',
      'durationMs',
    ]);
    const { ledger } = answer as { ledger: Record<string, number> };
    expect(ledger['stored']).toBeGreaterThan(0);
    expect(sum(ledger)).toBe(ledger['listed']);
    expect(rig.sandbox.violations).toEqual([]);
  });

  it('asks nothing twice in a second sync and stays complete', async () => {
    rig.sandbox.resetRequests();
    const ended = await rig.runAs(['sync', '--json', '--quiet']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(jsonLines(ended)[0]).toMatchObject({ outcome: 'complete', messages: { new: 0 }, files: { downloaded: 0 } });
    expect(rig.sandbox.requests.media).toBe(0);
  });

  it('tells a sync in words too', async () => {
    const { stdout, code } = await rig.runAs(['sync', '--chat', '410000000']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Complete: 1 chat, 1 page/);
    expect(stdout).toMatch(/Ledger: \d+ listed = \d+ stored/);
  });

  it('lists a narrower pass without files', async () => {
    const ended = await rig.runAs(['sync', '--type', 'videos', '--opened', 'true', '--no-files', '--json']);
    expect(ended.code).toBe(0);
    expect(jsonLines(ended)[0]).toMatchObject({ files: { downloaded: 0 } });
  });

  it('gives a ledger that adds up, a chat at a time and in total', async () => {
    const ended = await rig.run(['ledger', '--json']);
    const [{ chats, total }] = jsonLines(ended) as [
      { chats: { id: number; media: Record<string, number> }[]; total: Record<string, number> },
    ];
    expect(chats.map(({ id }) => id)).toEqual([410000000, 410000001]);
    expect(Object.keys(chats[0] ?? {})).toEqual(['id', 'name', 'complete', 'media', 'accountId']);
    for (const ledger of [...chats.map(({ media }) => media), total]) {
      expect(sum(ledger)).toBe(ledger['listed']);
    }
    expect(total['listed']).toBe(trueMedia().size);
    const words = await rig.run(['ledger']);
    expect(words.stdout).toContain('2 chats of 2 listed from the newest message to the start.');
  });

  it('lists media with every agreed field and files that are there', async () => {
    const lines = jsonLines(await rig.run(['media', '--json'])) as Record<string, unknown>[];
    expect(new Set(lines.map((line) => line['id']))).toEqual(trueMedia());
    expect(lines).toHaveLength(trueMedia().size);
    const keys =
      'id,chatId,messageId,senderId,kind,sentAt,state,width,height,duration,sha256,bytes,mime,path,text,odd,isFree,isTip,isOpened,canPurchase,price,accountId';
    expect(Object.keys(lines[0] ?? {}).join(',')).toBe(keys);
    const times = lines.map((line) => String(line['sentAt']));
    expect(times).toEqual([...times].sort().reverse());
    for (const line of lines) {
      expect(line['path'] === null).toBe(line['state'] !== 'stored');
    }
    const stored = lines.find((line) => line['state'] === 'stored');
    const path = String(stored?.['path']);
    expect(isAbsolute(path)).toBe(true);
    expect((await stat(path)).size).toBe(stored?.['bytes']);
  });

  it('continues a cut list with the token it printed, without loss or doubles', async () => {
    const all = (await rig.run(['media', '--json'])).stdout;
    let pages = '';
    let token: string | null = null;
    do {
      const after: readonly string[] = token === null ? [] : ['--after', token];
      const page = await rig.run(['media', '--json', '--quiet', '--limit', '25', ...after]);
      pages += page.stdout;
      token = /^next: (\S+)$/m.exec(page.stderr)?.[1] ?? null;
    } while (token !== null);
    expect(pages).toBe(all);
  });

  it('says in words, never in JSON, that a list is empty', async () => {
    for (const [list, words] of [
      ['media', 'No media.\n'],
      ['messages', 'No messages.\n'],
    ] as const) {
      const none = [list, '--from', '2090-01-01'];
      expect(await rig.run(none)).toMatchObject({ stdout: '', stderr: words, code: 0 });
      expect(await rig.run([...none, '--json'])).toMatchObject({ stdout: '', stderr: '', code: 0 });
    }
  });

  it('filters by kind, state, sender and date, a date alone meaning the whole day', async () => {
    const all = jsonLines(await rig.run(['media', '--json'])) as {
      kind: string;
      state: string;
      sentAt: string;
      senderId: number;
    }[];
    const day = all[Math.floor(all.length / 2)]?.sentAt.slice(0, 10) ?? '';
    const ofDay = jsonLines(await rig.run(['media', '--json', '--from', day, '--to', day]));
    expect(ofDay).toEqual(all.filter((line) => line.sentAt.startsWith(day)));
    const photos = jsonLines(await rig.run(['media', '--json', '--kind', 'photo', '--sender', 'me']));
    expect(photos).toEqual(all.filter((line) => line.kind === 'photo' && line.senderId === rig.sandbox.userId));
    const waiting = jsonLines(await rig.run(['media', '--json', '--state', 'not-ready', '--state', 'locked']));
    expect(waiting).toEqual(all.filter((line) => ['notReady', 'locked'].includes(line.state)));
  });

  it('takes days for those of the named zone, and shows its times in tables but never in JSON', async () => {
    const all = jsonLines(await rig.run(['media', '--json'])) as { sentAt: string }[];
    const sentAt = all[Math.floor(all.length / 2)]?.sentAt ?? '';
    // 14 hours ahead.
    const local = new Date(Date.parse(sentAt) + 14 * 3_600_000).toISOString();
    const day = local.slice(0, 10);
    const zoned = ['--time-zone', 'Pacific/Kiritimati', '--from', day, '--to', day];
    const ofDay = jsonLines(await rig.run(['media', '--json', ...zoned]));
    expect(ofDay).toEqual(
      all.filter((line) => new Date(Date.parse(line.sentAt) + 14 * 3_600_000).toISOString().startsWith(day)),
    );
    expect(ofDay).toContainEqual(expect.objectContaining({ sentAt }));
    const table = await rig.run(['media', ...zoned.slice(2)], { env: { CHATKEEP_TIME_ZONE: 'Pacific/Kiritimati' } });
    expect(table.stdout).toContain('SENT (Kiritimat…');
    expect(table.stdout).toContain(local.slice(0, 16).replace('T', ' '));
    const wrong = await rig.run(['media', '--time-zone', 'Mars/Olympus']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('--time-zone must be a zone such as Europe/Berlin, UTC or local');
  });

  it('tells and filters by the terms of messages, and by chats that have not got it', async () => {
    interface Line {
      readonly id: number;
      readonly isFree: boolean | null;
      readonly isOpened: boolean | null;
      readonly price: string | null;
    }
    const all = jsonLines(await rig.run(['media', '--json'])) as Line[];
    const free = jsonLines(await rig.run(['media', '--json', '--trade', 'free']));
    expect(free).toEqual(all.filter(({ isFree }) => isFree === true));
    const bought = jsonLines(await rig.run(['media', '--json', '--trade', 'bought']));
    expect(bought).toEqual(all.filter(({ isFree, isOpened }) => isFree === false && isOpened === true));
    expect(bought.length).toBeGreaterThan(0);
    const prices = all.flatMap(({ price }) => price ?? []);
    expect(prices.length).toBeGreaterThan(0);
    expect(prices.every((price) => /^\d+\.\d{2,}$/.test(price))).toBe(true);
    expect(all.some(({ isFree, price }) => isFree === false && price === null)).toBe(true);
    const inSecond = new Set(
      (jsonLines(await rig.run(['media', '--json', '--chat', '410000001'])) as Line[]).map(({ id }) => id),
    );
    const unsent = jsonLines(await rig.run(['media', '--json', '--not-sent-to', '410000001'])) as Line[];
    expect(unsent.map(({ id }) => id)).toEqual(all.map(({ id }) => id).filter((id) => !inSecond.has(id)));
    expect(await rig.run(['media', '--trade', 'sold'])).toMatchObject({ code: 2 });
  });

  it('finds messages by their words', async () => {
    const all = jsonLines(await rig.run(['media', '--json'])) as { text: string; messageId: number }[];
    const said = all.find(({ text }) => /^[a-z]{4,}/i.test(text));
    const word = /^[a-z]+/i.exec(said?.text ?? '')?.[0] ?? '';
    const hits = jsonLines(await rig.run(['search', word, '--json'])) as { messageId: number; text: string }[];
    expect(Object.keys(hits[0] ?? {})).toEqual([
      'messageId',
      'chatId',
      'senderId',
      'sentAt',
      'text',
      'mediaIds',
      'accountId',
    ]);
    expect(hits.every((hit) => hit.text.toLowerCase().includes(word.toLowerCase()))).toBe(true);
    expect(hits.map((hit) => hit.messageId)).toContain(said?.messageId);
    const media = jsonLines(await rig.run(['media', '--json', '--text', word])) as { messageId: number }[];
    expect(media.map((line) => line.messageId)).toContain(said?.messageId);
  });

  it('lists kept messages page by page, with the agreed fields', async () => {
    const all = (await rig.run(['messages', '--json'])).stdout;
    const [line] = jsonLines(await rig.run(['messages', '--json', '--limit', '1'])) as Record<string, unknown>[];
    expect(Object.keys(line ?? {}).join(',')).toBe(
      'id,chatId,senderId,sentAt,changedAt,text,state,replyTo,mediaIds,accountId',
    );
    const first = await rig.run(['messages', '--json', '--limit', '5']);
    const token = /^next: (\S+)$/m.exec(first.stderr)?.[1] ?? '';
    expect(first.stdout + (await rig.run(['messages', '--json', '--after', token])).stdout).toBe(all);
    expect((await rig.run(['messages', '--after', 'x y'])).code).toBe(2);
    expect((await rig.run(['messages', '--raw'])).code).toBe(2);
    const [kept] = jsonLines(await rig.run(['messages', '--json', '--raw', '--limit', '1'])) as {
      id: number;
      mediaIds: number[];
      raw: { id: number; media: { id: number }[] };
    }[];
    expect(kept?.raw.id).toBe(kept?.id);
    expect(kept?.raw.media.map(({ id }) => id)).toEqual(kept?.mediaIds);
    // A message sent again is listed as well, though a newer one carries its media.
    const messages = jsonLines({ stdout: all }) as { id: number; text: string; mediaIds: number[] }[];
    const listed = new Set(messages.map(({ id }) => id));
    const carriers = jsonLines(await rig.run(['media', '--json'])) as { messageId: number }[];
    expect(carriers.length).toBeGreaterThan(0);
    expect(carriers.filter(({ messageId }) => !listed.has(messageId))).toEqual([]);
    expect(messages.filter(({ text, mediaIds }) => text === '' && mediaIds.length === 0)).toEqual([]);
  });

  it('takes a span that begins before 1970', async () => {
    const all = await rig.run(['media', '--json']);
    expect((await rig.run(['media', '--json', '--from', '1960-01-01'])).stdout).toBe(all.stdout);
    expect(await rig.run(['media', '--json', '--to', '1960-01-01'])).toMatchObject({ code: 0, stdout: '' });
    expect((await rig.run(['changes', '--json', '--since', '1960-01-01'])).code).toBe(0);
  });

  it('says what of the words asked for cannot be searched', async () => {
    for (const command of [
      ['search', ':)'],
      ['media', '--text', ':)'],
      ['messages', '--text', ':)'],
    ]) {
      const { code, stdout, stderr } = await rig.run([...command, '--json']);
      expect(code).toBe(0);
      expect(stdout).toBe('');
      expect(stderr).toContain(':) cannot be searched');
    }
  });

  it('lists chats here and at the service with the same fields', async () => {
    const here = jsonLines(await rig.run(['chats', '--json'])) as Record<string, unknown>[];
    const there = jsonLines(await rig.runAs(['chats', '--remote', '--json'])) as Record<string, unknown>[];
    expect(here.map((chat) => chat['id'])).toEqual([410000000, 410000001]);
    expect(there.map((chat) => chat['id']).sort()).toEqual([410000000, 410000001]);
    const keys = ['id', 'name', 'username', 'newestMessageId', 'media', 'complete', 'accountId'];
    expect(Object.keys(here[0] ?? {})).toEqual(keys);
    expect(Object.keys(there[0] ?? {})).toEqual(keys);
    expect(here[0]).toMatchObject({ complete: true });
  });

  it('tells runs and what they changed', async () => {
    const runs = jsonLines(await rig.run(['runs', '--json'])) as { id: number; outcome: string }[];
    expect(runs.length).toBeGreaterThanOrEqual(4);
    expect(runs.at(-1)).toMatchObject({ id: 1, kind: 'sync', outcome: 'complete', errors: {} });
    expect(jsonLines(await rig.run(['runs', '1', '--json']))).toEqual([runs.at(-1)]);
    const [chat] = truthOf(rig.sandbox).chats();
    const message = [...(chat?.messages() ?? [])].find(({ inMediaListing }) => inMediaListing);
    rig.sandbox.edit(message?.id ?? 0, '<p>words that were not there before</p>');
    await rig.runAs(['sync', '--full', '--json']);
    const changes = jsonLines(await rig.run(['changes', '--json'])) as Record<string, unknown>[];
    expect(changes).toContainEqual(
      expect.objectContaining({
        field: 'message.text',
        messageId: message?.id,
        after: 'words that were not there before',
      }),
    );
    expect(jsonLines(await rig.run(['changes', '--since', '2099-01-01', '--json']))).toEqual([]);
  });

  it('keeps a name of 300 bytes whole and shows it cut, without what could steer the terminal', async () => {
    const name = `\u001B[31m${'名'.repeat(98)}`;
    rig.sandbox.renameUser(410000001, name);
    const fresh = { CHATKEEP_LIBRARY: join(rig.folder, 'long-names') };
    expect((await rig.runAs(['sync', '--quiet'], { env: fresh })).code).toBe(0);
    const chats = jsonLines(await rig.run(['chats', '--json'], { env: fresh })) as { id: number; name: string }[];
    expect(chats.find(({ id }) => id === 410000001)?.name).toBe(name);
    const table = (await rig.run(['ledger'], { env: fresh })).stdout;
    expect(table).not.toContain('\u001B');
    expect(table).toContain('名…');
  });

  it('checks the library, finds damage and repairs it', async () => {
    const clean = await rig.run(['verify', '--deep', '--json']);
    expect(clean.code).toBe(0);
    const [answer] = jsonLines(clean) as [Record<string, number>];
    expect(Object.keys(answer)).toEqual(['checked', 'ok', 'missing', 'corrupt', 'orphan', 'repaired', 'bytes']);
    expect(answer).toMatchObject({ ok: answer['checked'], missing: 0, corrupt: 0, orphan: 0 });
    const [lost] = jsonLines(await rig.run(['media', '--json', '--state', 'stored', '--limit', '1'])) as [
      { path: string },
    ];
    const before = await readFile(lost.path);
    await rm(lost.path);
    const damaged = await rig.run(['verify', '--json']);
    expect(damaged.code).toBe(3);
    expect(jsonLines(damaged)[0]).toMatchObject({ missing: 1, repaired: 0 });
    const repaired = await rig.runAs(['verify', '--repair', '--json']);
    expect(repaired.code).toBe(0);
    expect(jsonLines(repaired)[0]).toMatchObject({ missing: 1, repaired: 1 });
    expect((await readFile(lost.path)).equals(before)).toBe(true);
  });

  it('diagnoses without secrets, names, texts, ids or addresses', async () => {
    const { stdout, code } = await rig.runAs(['diagnose', '--deep']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ format: 'chatkeep-diagnosis', library: { integrity: [] } });
    const secret = [
      rig.sandbox.key,
      rig.sandbox.connection,
      String(rig.sandbox.userId),
      rig.folder,
      'http',
      '127.0.0.1',
    ];
    const chats = jsonLines(await rig.run(['chats', '--json'])) as { id: number; name: string; username: string }[];
    const media = jsonLines(await rig.run(['media', '--json'])) as {
      id: number;
      messageId: number;
      text: string;
      sha256: string | null;
    }[];
    const ids = media.flatMap((line) => [String(line.id), String(line.messageId), line.sha256 ?? '']);
    const words = media.map((line) => line.text).filter((text) => text.length > 12);
    for (const text of [
      ...secret,
      ...chats.flatMap((chat) => [String(chat.id), chat.name, chat.username]),
      ...ids,
      ...words,
    ]) {
      expect(text === '' || !stdout.includes(text), `the bundle tells "${text}"`).toBe(true);
    }
  });

  it('writes a diagnosis to a new file and never over an old one', async () => {
    const file = join(rig.folder, 'diagnosis.json');
    expect((await rig.run(['diagnose', '--out', file])).code).toBe(0);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ format: 'chatkeep-diagnosis' });
    const again = await rig.run(['diagnose', '--out', file]);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('exists already');
  });
});

describe('help', () => {
  it('shows examples for every command', async () => {
    const { stdout, code } = await rig.run(['--help']);
    expect(code).toBe(0);
    const names = [...stdout.matchAll(/^ {2}([a-z]+)(?: .*)?$/gm)]
      .map(([, name]) => name ?? '')
      .filter((name) => name !== 'chatkeep');
    expect(names).toEqual(
      expect.arrayContaining([
        'account',
        'chats',
        'sync',
        'watch',
        'ledger',
        'media',
        'messages',
        'search',
        'changes',
        'runs',
        'verify',
        'diagnose',
        'sandbox',
        'serve',
        'demo',
      ]),
    );
    for (const name of names) {
      const help = await rig.run([name, '--help']);
      expect(help.code).toBe(0);
      expect(help.stdout).toMatch(/Examples:\n {2}chatkeep /);
    }
  });

  it('prints the version alone', async () => {
    const { stdout, code } = await rig.run(['--version']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
