import { afterEach, expect, test } from 'vitest';
import { LibraryRig } from '../testing/library-rig.ts';
import { truthOf } from '../../sandbox/testing/truth.ts';

const rigs: LibraryRig[] = [];
async function rig(options: Parameters<typeof LibraryRig.start>[0] = {}): Promise<LibraryRig> {
  const started = await LibraryRig.start(options);
  rigs.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((each) => each.end()));
});

const CLEAN = { lostMessages: [], lostMedia: [], wrongBytes: [], wrongStates: [], invented: [] };

test('a first sync stores everything that can be had, asking each page once and each file once', async () => {
  const library = await rig({ sandbox: { chats: 2, messages: 110, seed: 1 } });
  const answer = await library.sync();
  expect(answer.outcome).toBe('complete');
  expect(await library.compare()).toEqual(CLEAN);
  const { byPage, byFile } = library.sandbox.requests;
  expect(Object.entries(byPage).filter(([, times]) => times > 1)).toEqual([]);
  expect(Object.entries(byFile).filter(([, count]) => count.get !== 1)).toEqual([]);
  expect(library.sandbox.violations).toEqual([]);
});

test('the ledger adds up and says stored for exactly the viewable items', async () => {
  const library = await rig({ sandbox: { chats: 2, messages: 40, seed: 1 } });
  const { ledger } = await library.sync();
  const { listed, ...parts } = ledger;
  expect(Object.values(parts).reduce((sum, count) => sum + count, 0)).toBe(listed);
  const viewable = [...truthOf(library.sandbox).media()].filter((media) => media.state === 'viewable').length;
  expect(ledger.stored).toBe(viewable);
  expect(ledger.pending + ledger.failed).toBe(0);
});

test('a quiet chat costs one request of its listing in a later sync, and no file', async () => {
  const library = await rig({ sandbox: { chats: 3, messages: 105, seed: 1 } });
  await library.sync();
  await library.closeCore();
  library.sandbox.resetRequests();
  const again = await library.sync();
  expect(again.outcome).toBe('complete');
  expect(library.sandbox.requests.byEndpoint['media']).toBe(3);
  expect(library.sandbox.requests.media).toBe(0);
});

test('a catch-up by the chat list asks once for twenty quiet chats, and lists the changed ones; a whole sync lists each chat', async () => {
  const library = await rig({ sandbox: { chats: 60, messages: 2, seed: 1 } });
  await library.sync();
  const asked = async (onlyChanged: boolean): Promise<Record<string, number>> => {
    library.sandbox.resetRequests();
    expect((await library.sync({ onlyChanged })).outcome).toBe('complete');
    return Object.fromEntries(Object.entries(library.sandbox.requests.byEndpoint).filter(([name]) => name !== 'file'));
  };
  expect(await asked(true)).toEqual({ self: 1, chats: 3 });
  const [chat] = [...truthOf(library.sandbox).chats()];
  library.sandbox.addMessages(chat?.id ?? 0, 1);
  expect(await asked(true)).toEqual({ self: 1, chats: 3, media: 1, users: 1 });
  // Names change as well: one request looks at ten of the chats that a run has listed.
  expect(await asked(false)).toEqual({ self: 1, chats: 3, media: 60, users: 6 });
});

test('new messages are listed and fetched by the next sync; old ground is not walked again', async () => {
  const library = await rig({ sandbox: { chats: 1, messages: 210, seed: 1 } });
  await library.sync();
  const [chat] = [...truthOf(library.sandbox).chats()];
  library.sandbox.addMessages(chat?.id ?? 0, 7);
  library.sandbox.resetRequests();
  const next = await library.sync();
  expect(next.counters.messages.new).toBe(7);
  expect(library.sandbox.requests.byEndpoint['media']).toBe(1);
  expect(await library.compare()).toEqual(CLEAN);
});

test('cancelling ends within the run, says interrupted, and the next run goes on', async () => {
  const library = await rig({ sandbox: { chats: 2, messages: 110, seed: 1 } });
  const cancel = new AbortController();
  const cut = await library.sync({}, cancel.signal, (progress) => {
    if (progress.counters.files.downloaded > 20) {
      cancel.abort();
    }
  });
  expect(cut.outcome).toBe('interrupted');
  const next = await library.sync();
  expect(next.outcome).toBe('complete');
  expect(await library.compare()).toEqual(CLEAN);
  const twice = Object.values(library.sandbox.requests.byFile).filter((count) => count.get > 1).length;
  expect(twice).toBeLessThanOrEqual(20);
});

test('a newest message that was withdrawn is marked gone and kept', async () => {
  const library = await rig({ sandbox: { chats: 1, messages: 40, seed: 1 } });
  await library.sync();
  const [chat] = [...truthOf(library.sandbox).chats()];
  const newest = [...(chat?.messages() ?? [])].find((message) => message.inMediaListing);
  library.sandbox.withdraw(newest?.id ?? 0);
  await library.sync();
  expect(library.query('SELECT id FROM message WHERE gone_since IS NOT NULL')).toEqual([{ id: newest?.id }]);
  expect(library.query("SELECT message_id FROM change WHERE field = 'message.gone'")).toEqual([
    { message_id: newest?.id },
  ]);
});

test('a chat renamed at the service has its new name after the next sync that lists it, with one request for ten names', async () => {
  const library = await rig({ sandbox: { chats: 3, messages: 20, seed: 1 } });
  await library.sync();
  const [chat, other] = [...truthOf(library.sandbox).chats()];
  const nameOf = (id: number | undefined): unknown => library.query('SELECT name FROM person WHERE id = ?', id);
  library.sandbox.renameUser(chat?.id ?? 0, 'New name');
  library.sandbox.resetRequests();
  await library.sync();
  expect(nameOf(chat?.id)).toEqual([{ name: 'New name' }]);
  expect(library.sandbox.requests.byEndpoint['users']).toBe(1);
  library.sandbox.renameUser(chat?.id ?? 0, 'Newer name');
  library.sandbox.renameUser(other?.id ?? 0, 'Other name');
  await library.sync({ chatIds: [chat?.id ?? 0], full: true });
  expect(nameOf(chat?.id)).toEqual([{ name: 'Newer name' }]);
  await library.sync({ full: true });
  expect(nameOf(other?.id)).toEqual([{ name: 'Other name' }]);
});
