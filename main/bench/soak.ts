/**
 * The soak: an archive that lives through bad times. New messages arrive, links end after seconds, items unlock and vanish, faults come
 * and go, the archiver is killed at random, and its disk fills up. Memory and open handles of a long-lived archiver must stay flat, and at
 * the end the library must hold what the service shows.
 *
 *     npm run soak                    three minutes
 *     npm run soak -- --minutes 120 --seed 7
 */
import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { compareWithTruth } from '../app/testing/truth-check.ts';
import { FAULT_NAMES, startSandbox, type FaultName, type Sandbox } from '../sandbox/sandbox.ts';
import { generator } from '../sandbox/random.ts';

const CHILD = fileURLToPath(new URL('./soak-child.ts', import.meta.url));
const TMPFS_MB = 160;
/** Answers that a run may end with while times are bad. Anything else is a fault of the archiver. */
const EXPECTED = new Set([
  'ready',
  'complete',
  'partial',
  'disk_full',
  'key_refused',
  'connection_refused',
  'permission_missing',
  'service_unreachable',
  'service_unusable',
]);
/** Waits of whole seconds would make this a soak of timers. */
const FAULTS = FAULT_NAMES.filter((name) => !name.startsWith('rate-limit'));

const heard = z.object({ outcome: z.string(), rssMb: z.number(), handles: z.number() });
type Heard = z.infer<typeof heard>;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '3' }, seed: { type: 'string', default: '1' } },
});
const minutes = Number(values.minutes);
const draw = generator(Number(values.seed));
const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(draw() * list.length)];

class Archiver {
  readonly #child: ChildProcess;
  readonly samples: Heard[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(library: string, sandbox: Sandbox): Promise<Archiver> {
    const { api, key, connection } = sandbox;
    const child = fork(CHILD, [library, api, key, connection], { execArgv: ['--expose-gc'], stdio: 'inherit' });
    const archiver = new Archiver(child);
    await archiver.#next();
    return archiver;
  }

  async sync(full: boolean): Promise<Heard> {
    this.#child.send({ full });
    const answer = await this.#next();
    this.samples.push(answer);
    return answer;
  }

  /** Starts a run and kills the process once the sandbox has seen `requests` more, or when the run has ended. */
  async killDuring(sandbox: Sandbox, requests: number): Promise<void> {
    const seen = (): number => sandbox.requests.api + sandbox.requests.media;
    const from = seen();
    let ended = false;
    this.#child.send({ full: false });
    const answer = this.#next().then(
      () => (ended = true),
      () => (ended = true),
    );
    while (!ended && seen() - from < requests) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
    await answer;
  }

  async end(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.send('end');
    await gone;
  }

  async #next(): Promise<Heard> {
    const gone = new AbortController();
    const exited = once(this.#child, 'exit', { signal: gone.signal }).then(([code, signal]) => {
      throw new Error(`the archiver ended by itself (${String(code ?? signal)})`);
    });
    exited.catch(() => undefined);
    try {
      const [message] = (await Promise.race([once(this.#child, 'message', { signal: gone.signal }), exited])) as [
        unknown,
      ];
      return heard.parse(message);
    } finally {
      gone.abort();
    }
  }
}

/** One thing that happens at the service. */
function change(sandbox: Sandbox): void {
  const chats = [...sandbox.truth().chats()];
  const chat = pick(chats);
  if (chat === undefined) {
    return;
  }
  const message = pick([...chat.messages()].filter((each) => each.inMediaListing));
  const media = [...chat.media()];
  const of = (...states: string[]): number | undefined => pick(media.filter((each) => states.includes(each.state)))?.id;
  const locked = of('locked', 'preview');
  const unready = of('notReady');
  const viewable = of('viewable');
  switch (Math.floor(draw() * 7)) {
    case 0:
      if (message !== undefined) {
        sandbox.edit(message.id, `<p>edited ${Math.floor(draw() * 1000)}</p>`);
      }
      break;
    case 1:
      if (message !== undefined) {
        sandbox.withdraw(message.id);
      }
      break;
    case 2:
      if (locked !== undefined) {
        sandbox.unlock(locked);
      }
      break;
    case 3:
      if (unready !== undefined) {
        sandbox.makeReady(unready);
      }
      break;
    case 4:
      if (viewable !== undefined) {
        sandbox.resend(viewable, chat.id);
      }
      break;
    case 5:
      sandbox.expireLinks();
      break;
    default:
      sandbox.addMessages(chat.id, 1 + Math.floor(draw() * 12));
  }
}

function trouble(sandbox: Sandbox): FaultName | null {
  sandbox.faults.clear();
  const name = draw() < 0.5 ? pick(FAULTS) : undefined;
  if (name === undefined) {
    return null;
  }
  sandbox.faults.set(name, { every: 2 + Math.floor(draw() * 5), times: 6, ms: 5 });
  return name;
}

/** A small disk of its own where this user may mount one; null elsewhere. */
function smallDisk(folder: string): string | null {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${TMPFS_MB}m`, 'tmpfs', disk], { stdio: 'ignore' });
    return disk;
  } catch {
    return null;
  }
}

/** Leaves the disk about 300 kB: less than the files of one page. */
function fill(disk: string): () => void {
  const ballast = join(disk, 'ballast');
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - 300_000)));
  return () => {
    rmSync(ballast, { force: true });
  };
}

/** Growth from the first third of the samples to the last, as a share of the first. */
function growth(samples: readonly number[]): number {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const mean = (part: readonly number[]): number => part.reduce((sum, each) => sum + each, 0) / part.length;
  return mean(samples.slice(-third)) / mean(samples.slice(0, third)) - 1;
}

const folder = mkdtempSync(join(tmpdir(), 'chatkeep-soak-'));
const disk = smallDisk(folder);
const library = join(disk ?? folder, 'library');
const sandbox = await startSandbox({ chats: 3, messages: 60, seed: 1, urlLifetimeMs: 4_000 });
const until = Date.now() + minutes * 60_000;
const counts = { runs: 0, kills: 0, diskFull: 0, changes: 0 };
const outcomes = new Map<string, number>();
const flat: { rss: number[]; handles: number[] } = { rss: [], handles: [] };
const faults: string[] = [];

function note(answer: Heard): void {
  counts.runs += 1;
  outcomes.set(answer.outcome, (outcomes.get(answer.outcome) ?? 0) + 1);
  if (!EXPECTED.has(answer.outcome)) {
    faults.push(`a run ended as ${answer.outcome}`);
  }
}

try {
  let archiver = await Archiver.start(library, sandbox);
  let lifetime = 0;
  while (Date.now() < until) {
    for (let changes = Math.floor(draw() * 4); changes > 0; changes -= 1) {
      change(sandbox);
      counts.changes += 1;
    }
    trouble(sandbox);
    const fate = draw();
    // Long lives show leaks, so most runs end well; every so often one is killed.
    if (fate < 0.15 && lifetime > 12) {
      flat.rss.push(...archiver.samples.map(({ rssMb }) => rssMb));
      flat.handles.push(...archiver.samples.map((each) => each.handles));
      await archiver.killDuring(sandbox, 1 + Math.floor(draw() * 60));
      counts.kills += 1;
      archiver = await Archiver.start(library, sandbox);
      lifetime = 0;
    } else if (fate < 0.25 && disk !== null) {
      // There must be something to store, and the links must work, or a full disk goes unnoticed.
      sandbox.faults.clear();
      for (const chat of sandbox.truth().chats()) {
        sandbox.addMessages(chat.id, 10);
      }
      const empty = fill(disk);
      note(await archiver.sync(false));
      counts.diskFull += 1;
      empty();
    } else {
      note(await archiver.sync(false));
      lifetime += 1;
    }
  }
  sandbox.faults.clear();
  flat.rss.push(...archiver.samples.slice(3).map(({ rssMb }) => rssMb));
  flat.handles.push(...archiver.samples.slice(3).map((each) => each.handles));
  for (const full of [false, false, true]) {
    note(await archiver.sync(full));
  }
  await archiver.end();

  const report = await compareWithTruth(library, sandbox);
  const lost = report.lostMessages.length + report.lostMedia.length + report.wrongBytes.length;
  faults.push(
    ...sandbox.violations.map((each) => `violation: ${each.kind} ${each.detail}`),
    ...report.wrongStates.map((each) => `media ${each.id} is ${each.here} here, ${each.there} there`),
    ...report.invented.map((id) => `media ${id} was never shown`),
    ...(lost > 0 ? [`lost: ${JSON.stringify(report)}`] : []),
  );
  const rss = growth(flat.rss);
  const handles = growth(flat.handles);
  if (rss > 0.35) {
    faults.push(`memory grew by ${(rss * 100).toFixed(0)} %`);
  }
  if (handles > 0.2) {
    faults.push(`open handles grew by ${(handles * 100).toFixed(0)} %`);
  }
  console.log(
    `soak: ${minutes} minutes, ${counts.runs} runs (${[...outcomes].map(([name, n]) => `${name} ${n}`).join(', ')}), ${counts.changes} changes, ${counts.kills} kills, ` +
      `${counts.diskFull} full disks ${disk === null ? '(none: no small disk could be mounted)' : `(tmpfs of ${TMPFS_MB} MB)`}`,
  );
  console.log(
    `memory: ${Math.round(flat.rss[0] ?? 0)} MB first, ${Math.round(Math.max(...flat.rss))} MB at most, ${(rss * 100).toFixed(0)} % growth; handles: ${flat.handles[0] ?? 0} first, ${Math.max(...flat.handles)} at most`,
  );
  console.log(`items lost: ${lost}`);
} finally {
  await sandbox.close();
  if (disk !== null) {
    execFileSync('umount', ['-l', disk], { stdio: 'ignore' });
  }
  rmSync(folder, { recursive: true, force: true });
}
for (const fault of faults.slice(0, 20)) {
  console.log(`FAULT ${fault}`);
}
process.exitCode = faults.length === 0 ? 0 : 1;
