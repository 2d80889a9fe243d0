import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CallQueue } from './call-queue.ts';

let folder: string;
let queues: CallQueue[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-queue-'));
  queues = [];
});

afterEach(async () => {
  await Promise.all(queues.map((queue) => queue.close()));
  rmSync(folder, { recursive: true, force: true });
});

/** A queue over threads that run `body` for each message, and `opens` when they are to open: what they say about their database. */
function queueOf(body: string, threads = 1, opens = "parentPort.postMessage({ is: 'ready' });"): CallQueue {
  const file = join(folder, 'worker.mjs');
  writeFileSync(
    file,
    `import { existsSync, writeFileSync } from 'node:fs';
     import { parentPort, threadId } from 'node:worker_threads';
     const answer = (message, value) => parentPort.postMessage({ is: 'answer', call: message.call, ms: 1, value });
     parentPort.on('message', (message) => {
       if (message.open) { ${opens} return; }
       if (message.close) { parentPort.close(); return; }
       ${body}
     });`,
  );
  const queue = new CallQueue({
    entry: pathToFileURL(file),
    setup: { path: '', role: 'reader', lock: false },
    threads,
    onTimed: () => undefined,
  });
  queues.push(queue);
  return queue;
}

test('a thread that dies rejects what it was doing and all that waits, and nothing hangs', async () => {
  const queue = queueOf('process.exit(3)');
  await queue.open();
  const calls = await Promise.allSettled([queue.call('a', 1, undefined), queue.call('b', 2, undefined)]);
  for (const call of calls) {
    expect(call).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('exit code 3') as string },
    });
  }
  await expect(queue.call('c', 3, undefined)).rejects.toThrow('exit code 3');
});

test('a thread that throws outside a call says why', async () => {
  const queue = queueOf("setImmediate(() => { throw new Error('boom'); })");
  await queue.open();
  await expect(queue.call('a', 1, undefined)).rejects.toThrow('boom');
});

test('calls are answered in order and one at a time by a thread', async () => {
  const queue = queueOf(
    'globalThis.busy = (globalThis.busy ?? 0) + 1; const seen = globalThis.busy; setImmediate(() => { globalThis.busy -= 1; answer(message, [message.input, seen]); })',
  );
  await queue.open();
  const answers = await Promise.all([1, 2, 3, 4].map((number) => queue.call('count', number, undefined)));
  expect(answers).toEqual([1, 2, 3, 4].map((number) => [number, 1]));
});

test('an answer to a call that was cancelled meanwhile is thrown away', async () => {
  const queue = queueOf('setImmediate(() => answer(message, message.input))');
  await queue.open();
  const cancel = new AbortController();
  const first = queue.call('a', 1, cancel.signal);
  const second = queue.call('b', 2, undefined);
  cancel.abort();
  await expect(first).rejects.toMatchObject({ name: 'AbortError' });
  expect(await second).toBe(2);
});

test('a second thread starts when a call waits, and not before', async () => {
  const queue = queueOf(
    'const { met, count } = message.input; Atomics.add(met, 0, 1); Atomics.notify(met, 0); while (met[0] < count) { Atomics.wait(met, 0, met[0]); } answer(message, threadId);',
    2,
  );
  await queue.open();
  const call = (met: Int32Array, count: number): Promise<unknown> => queue.call('meet', { met, count }, undefined);
  const one = [await call(shared(), 1), await call(shared(), 1)];
  expect(new Set(one).size).toBe(1);
  const met = shared();
  const both = await Promise.all([call(met, 2), call(met, 2)]);
  expect(new Set(both).size).toBe(2);
});

test('a later thread that cannot open its database leaves all calls to the first', async () => {
  const mark = join(folder, 'opened');
  const queue = queueOf(
    'answer(message, threadId)',
    2,
    `const mark = ${JSON.stringify(mark)};
     if (existsSync(mark)) {
       parentPort.postMessage({ is: 'refused', error: { code: null, message: 'no', hint: '', stack: null } });
       process.exit();
     }
     writeFileSync(mark, '');
     parentPort.postMessage({ is: 'ready' });`,
  );
  await queue.open();
  const threads = await Promise.all([1, 2, 3, 4].map((number) => queue.call('a', number, undefined)));
  expect(new Set(threads).size).toBe(1);
  expect(await queue.call('a', 5, undefined)).toBe(threads[0]);
});

test('pages that wait reach their thread before it has answered; other calls, and more pages than share a transaction, do not', async () => {
  const queue = queueOf(
    'globalThis.held = [...(globalThis.held ?? []), message]; const { held } = globalThis; if (message.input !== null) { globalThis.held = []; held.forEach((one) => answer(one, held.length)); }',
  );
  await queue.open();
  const call = (name: string, input: unknown): Promise<unknown> => queue.call(name, input, undefined);
  // The thread answers what it holds when a call with an input comes.
  const four = [call('applyPage', null), call('settleFiles', null), call('applyPage', null), call('applyPage', 'last')];
  const later = [call('applyPage', 'fifth'), call('saveLabel', 'alone'), call('applyPage', 'behind')];
  expect(await Promise.all(four)).toEqual([4, 4, 4, 4]);
  expect(await Promise.all(later)).toEqual([1, 1, 1]);
});

const shared = (): Int32Array => new Int32Array(new SharedArrayBuffer(4));
