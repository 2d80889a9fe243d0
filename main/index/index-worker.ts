/** A thread of the index: name → function → reply, nothing more. One connection, one call at a time. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { READS } from './reads.ts';
import { type Connection } from './kernel/database.ts';
import { openConnection } from './kernel/open-connection.ts';
import { makePlanTables, PLANS } from './exports/plan-tables.ts';
import { packOldRaw } from './messages/raw-blocks.ts';
import { closeKilledRuns } from './runs/writes.ts';
import { type ProcessLock, takeLock } from './kernel/process-lock.ts';
import { explained } from './kernel/sqlite-errors.ts';
import { errorValue } from '../lib/thread.ts';
import {
  type CallMessage,
  canShare,
  type FromWorker,
  MOST_TOGETHER,
  type ToWorker,
  type WorkerSetup,
} from './kernel/thread-messages.ts';
import { WRITES } from './writes.ts';

type Work = (db: Connection, input: unknown) => unknown;

// The client's types have checked name and input; both sides are built from one tree.
const setup = workerData as WorkerSetup;
const LISTS = { writer: WRITES, reader: READS, planner: { ...READS, ...PLANS } };
const work = LISTS[setup.role] as Readonly<Record<string, Work | undefined>>;

if (parentPort === null) {
  throw new Error('a thread of the index runs as a thread alone');
}
const port = parentPort;

function say(message: FromWorker): void {
  port.postMessage(message);
}

function answer(db: Connection, message: CallMessage): void {
  const started = performance.now();
  try {
    const told = db.transaction(setup.role === 'writer' ? 'write' : 'read', () => done(db, message));
    say(told);
  } catch (error) {
    const ms = performance.now() - started;
    say({ is: 'fault', call: message.call, ms, error: errorValue(explained(error, setup.path)) });
  }
}

function done(db: Connection, { call, name, input }: CallMessage): FromWorker {
  const started = performance.now();
  const run = Object.hasOwn(work, name) ? work[name] : undefined;
  if (run === undefined) {
    throw new Error(`the index knows no call named ${name}`);
  }
  const value = run(db, input);
  return { is: 'answer', call, ms: performance.now() - started, value };
}

/**
 * A call and those that have come meanwhile, in one transaction: what they all write is written once. They are answered when all are safe.
 * If one of them fails, none is done, and each is run again by itself.
 */
function answerTogether(db: Connection, first: CallMessage): void {
  const calls = [first];
  let told: readonly FromWorker[];
  try {
    told = db.transaction('write', () => {
      const answers = [done(db, first)];
      while (calls.length < MOST_TOGETHER) {
        const next = receiveMessageOnPort(port) as { readonly message: CallMessage } | undefined;
        if (next === undefined) {
          break;
        }
        calls.push(next.message);
        answers.push(done(db, next.message));
      }
      return answers;
    });
  } catch {
    calls.forEach((call) => answer(db, call));
    return;
  }
  told.forEach(say);
}

/**
 * Packs the JSON that older versions kept, a slice at a time, with room for calls in between. What is cut short goes on when the library is
 * opened next. A full disk ends it for this time: each slice is a transaction, and both shapes are read.
 */
function packInSlices(db: Connection): void {
  packing = setImmediate(() => {
    try {
      if (db.transaction('write', () => packOldRaw(db)) > 0) {
        packInSlices(db);
      }
    } catch {
      // The calls of people and syncs meet the same fault, and tell it.
    }
  });
}

let packing: NodeJS.Immediate | undefined;

function close(db: Connection, lock: ProcessLock | null): void {
  clearImmediate(packing);
  try {
    if (setup.role === 'writer') {
      // No ANALYZE or optimize anywhere: with statistics the planner may choose other plans than those the tests hold fast.
      db.pragma('wal_checkpoint(truncate)');
    }
  } finally {
    db.close();
    lock?.release();
  }
}

/** Answers the calls that come, and the end. */
type Listener = (message: CallMessage | { readonly close: true }) => void;

/** Opens the database; what is to be done with every message from then on. */
function start(): Listener {
  let lock: ProcessLock | null = null;
  try {
    lock = setup.role === 'writer' && setup.lock ? takeLock(setup.path, process.pid, new Date()) : null;
    let db = openConnection(setup.path, setup.role, {
      onUpgrade: (progress) => say({ is: 'upgrade', progress }),
    });
    if (setup.role === 'planner') {
      makePlanTables(db);
    } else if (setup.role === 'writer') {
      closeKilledRuns(db);
    }
    const held = lock;
    say({ is: 'ready' });
    if (setup.role === 'writer') {
      packInSlices(db);
    }
    return (message) => {
      if ('close' in message) {
        try {
          close(db, held);
        } finally {
          end();
        }
      } else {
        if (setup.role === 'reader' && db.isOutdated()) {
          db.close();
          db = openConnection(setup.path, setup.role);
        }
        (canShare(message.name) ? answerTogether : answer)(db, message);
      }
    };
  } catch (error) {
    lock?.release();
    say({ is: 'refused', error: errorValue(explained(error, setup.path)) });
    port.close();
    return end;
  }
}

function end(): void {
  say({ is: 'closed' });
  port.close();
}

// A thread that was never told to open only has to end.
let listener: Listener = end;
port.on('message', (message: ToWorker) => {
  if ('open' in message) {
    listener = start();
  } else {
    listener(message);
  }
});
