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

/** A queue over threads that run `body` for each message. */
function queueOf(body: string, threads = 1): CallQueue {
  const file = join(folder, 'worker.mjs');
  writeFileSync(
    file,
    `import { parentPort } from 'node:worker_threads';
     parentPort.postMessage({ is: 'ready' });
     const answer = (message, value) => parentPort.postMessage({ is: 'answer', call: message.call, ms: 1, value });
     parentPort.on('message', (message) => { if (message.close) { parentPort.close(); return; } ${body} });`,
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
  await queue.ready();
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
  await queue.ready();
  await expect(queue.call('a', 1, undefined)).rejects.toThrow('boom');
});

test('calls are answered in order and one at a time by a thread', async () => {
  const queue = queueOf(
    'globalThis.busy = (globalThis.busy ?? 0) + 1; const seen = globalThis.busy; setImmediate(() => { globalThis.busy -= 1; answer(message, [message.input, seen]); })',
  );
  await queue.ready();
  const answers = await Promise.all([1, 2, 3, 4].map((number) => queue.call('count', number, undefined)));
  expect(answers).toEqual([1, 2, 3, 4].map((number) => [number, 1]));
});

test('an answer to a call that was cancelled meanwhile is thrown away', async () => {
  const queue = queueOf('setImmediate(() => answer(message, message.input))');
  await queue.ready();
  const cancel = new AbortController();
  const first = queue.call('a', 1, cancel.signal);
  const second = queue.call('b', 2, undefined);
  cancel.abort();
  await expect(first).rejects.toMatchObject({ name: 'AbortError' });
  expect(await second).toBe(2);
});
