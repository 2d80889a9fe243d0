/**
 * `node main/bench/soak.ts [--minutes N] [--seed N]`: an archiver runs on and on while its service changes, its links end after seconds, it is
 * killed at random and its disk fills up. For the last third nobody kills it: memory and handles must stay flat. At the end the library must
 * equal what the service shows. Exit 1 when anything was lost, wrong, or grew.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { compareWithTruth } from '../app/testing/truth-check.ts';
import { openIndex } from '../index/client.ts';
import { generator } from '../sandbox/random.ts';
import { startSandbox, type Sandbox } from '../sandbox/testing/sandbox.ts';
import { openSoakDisk, type SoakDisk } from './soak-disk.ts';
import { changeOne } from './soak-world.ts';

const CHILD = fileURLToPath(new URL('./soak-child.ts', import.meta.url));
const FINAL_RUNS = 4;
const WORLD = { chats: 3, messages: 60, urlLifetimeMs: 5_000, largeFileBytes: 1_500_000 };
/** The growth allowed over the whole quiet part. A growing library needs a little more; a leak needs more every minute. */
const MAY_GROW = { rssMb: 80, handles: 30 };

const said = z.discriminatedUnion('is', [
  z.object({ is: z.literal('sample'), at: z.number(), rssMb: z.number(), handles: z.number() }),
  z.object({ is: z.literal('run'), outcome: z.string() }),
]);
type Sample = Extract<z.infer<typeof said>, { is: 'sample' }>;

class Archiver {
  readonly outcomes = new Map<string, number>();
  samples: Sample[] = [];
  deaths: string[] = [];
  #child: ChildProcess | null = null;
  readonly #sandbox: Sandbox;
  readonly #library: string;

  constructor(sandbox: Sandbox, library: string) {
    this.#sandbox = sandbox;
    this.#library = library;
  }

  get runs(): boolean {
    return this.#child !== null;
  }

  start(reserveBytes: number, runs: number | null = null): ChildProcess {
    const { api, key, connection } = this.#sandbox;
    const child = fork(CHILD, [JSON.stringify({ library: this.#library, api, key, connection, reserveBytes, runs })], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    this.#child = child;
    let words = '';
    child.stderr?.on('data', (data: Buffer) => {
      words += data.toString();
    });
    child.on('message', (message) => {
      const heard = said.parse(message);
      if (heard.is === 'sample') {
        this.samples.push(heard);
      } else {
        this.outcomes.set(heard.outcome, (this.outcomes.get(heard.outcome) ?? 0) + 1);
      }
    });
    child.on('exit', (code) => {
      if (this.#child === child) {
        this.#child = null;
      }
      if (code !== null && code !== 0) {
        this.deaths.push(words);
      }
    });
    return child;
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child !== null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
  }
}

/** Growth over the samples by least squares, the first quarter (warming up) left out. */
function growth(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const used = samples.slice(Math.floor(samples.length / 4));
  const first = used[0];
  const last = used.at(-1);
  if (first === undefined || last === undefined || used.length < 3) {
    return 0;
  }
  const meanAt = used.reduce((sum, { at }) => sum + at, 0) / used.length;
  const mean = used.reduce((sum, sample) => sum + of(sample), 0) / used.length;
  const above = used.reduce((sum, sample) => sum + (sample.at - meanAt) * (of(sample) - mean), 0);
  const below = used.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0);
  return (above / below) * (last.at - first.at);
}

class Soak {
  readonly cases = new Map<string, number>();
  readonly #sandbox: Sandbox;
  readonly #disk: SoakDisk;
  readonly #archiver: Archiver;
  readonly #draw: () => number;

  constructor(sandbox: Sandbox, disk: SoakDisk, archiver: Archiver, seed: number) {
    this.#sandbox = sandbox;
    this.#disk = disk;
    this.#archiver = archiver;
    this.#draw = generator(seed);
  }

  /** Until `until`; with `rough` the archiver is killed and its disk fills up. */
  async live(until: number, rough: boolean): Promise<void> {
    while (Date.now() < until) {
      if (!this.#archiver.runs) {
        this.#archiver.start(this.#disk.reserveBytes());
      }
      this.#change();
      await wait(100 + this.#draw() * 400);
      if (rough && this.#draw() < 0.08) {
        await this.#archiver.kill();
        this.#note('kill');
      }
      if (rough && this.#draw() < 0.02) {
        await this.#fullDisk();
      }
    }
  }

  async #fullDisk(): Promise<void> {
    this.#note('disk full');
    await this.#disk.fill();
    if (this.#disk.kind === 'injected reserve') {
      // The reserve is a setting of a start.
      await this.#archiver.kill();
      this.#archiver.start(this.#disk.reserveBytes());
    }
    for (let n = 0; n < 5; n += 1) {
      this.#change();
      await wait(500);
    }
    await this.#disk.empty();
    if (this.#disk.kind === 'injected reserve') {
      await this.#archiver.kill();
    }
  }

  #change(): void {
    const mayArrive = (this.cases.get('arrive') ?? 0) < this.#disk.arrivals;
    this.#note(changeOne(this.#sandbox, this.#draw, mayArrive));
  }

  #note(what: string): void {
    this.cases.set(what, (this.cases.get(what) ?? 0) + 1);
  }
}

async function ledgerAddsUp(library: string): Promise<boolean> {
  const index = await openIndex({ path: join(library, 'index.sqlite'), mode: 'read' });
  try {
    const { listed, ...parts } = await index.read.ledgerTotal({ accountId: null });
    return Object.values(parts).reduce((sum, part) => sum + part, 0) === listed && parts.failed + parts.pending === 0;
  } finally {
    await index.close();
  }
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, n]) => `${name} ${n}`).join(', ');
}

async function main(minutes: number, seed: number): Promise<boolean> {
  const disk = await openSoakDisk(minutes);
  const sandbox = await startSandbox({ ...WORLD, seed });
  const library = join(disk.folder, 'library');
  const archiver = new Archiver(sandbox, library);
  const soak = new Soak(sandbox, disk, archiver, seed);
  console.log(`soak of ${minutes} min, seed ${seed}, disk: ${disk.kind}`);
  try {
    const begun = Date.now();
    const length = minutes * 60_000;
    await soak.live(begun + (length * 2) / 3, true);
    await archiver.kill();
    archiver.samples = [];
    await soak.live(begun + length, false);
    const quiet = archiver.samples;
    await archiver.kill();

    sandbox.faults.clear();
    const last = archiver.start(0, FINAL_RUNS);
    await once(last, 'exit');
    const report = await compareWithTruth(library, sandbox);
    const lost = report.lostMessages.length + report.lostMedia.length + report.wrongBytes.length;
    const cases = [...soak.cases.values()].reduce((sum, n) => sum + n, 0);
    const grown = { rssMb: growth(quiet, ({ rssMb }) => rssMb), handles: growth(quiet, ({ handles }) => handles) };
    const span = quiet.length;
    console.log(`happened: ${list(soak.cases)}`);
    console.log(`runs: ${list(archiver.outcomes)}`);
    console.log(
      `undisturbed for ${span} s: memory ${quiet.at(0)?.rssMb.toFixed(0) ?? '-'} to ${quiet.at(-1)?.rssMb.toFixed(0) ?? '-'} MB (slope ${grown.rssMb.toFixed(1)} MB), ` +
        `handles ${quiet.at(0)?.handles ?? '-'} to ${quiet.at(-1)?.handles ?? '-'} (slope ${grown.handles.toFixed(1)})`,
    );
    console.log(`${cases} cases, ${lost} items lost`);
    const faults = [
      ...(lost + report.wrongStates.length + report.invented.length > 0
        ? [`the library differs: ${JSON.stringify(report)}`]
        : []),
      ...(last.exitCode === 0 ? [] : [`the last runs ended with exit code ${String(last.exitCode)}`]),
      ...((await ledgerAddsUp(library)) ? [] : ['the ledger does not add up, or something is left to do']),
      ...(sandbox.violations.length > 0 ? [`violations: ${JSON.stringify(sandbox.violations)}`] : []),
      ...archiver.deaths
        .filter((words) => !/^\s*(\S+\n.*\n)?.*(AppError)/s.test(words))
        .map((words) => `a crash: ${words}`),
      ...(grown.rssMb > MAY_GROW.rssMb ? ['memory grows'] : []),
      ...(grown.handles > MAY_GROW.handles ? ['handles grow'] : []),
    ];
    faults.forEach((fault) => {
      console.error(fault);
    });
    return faults.length === 0;
  } finally {
    await archiver.kill();
    await sandbox.close();
    await disk.remove();
  }
}

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '3' }, seed: { type: 'string', default: '1' } },
});
process.exitCode = (await main(Number(values.minutes), Number(values.seed))) ? 0 : 1;
