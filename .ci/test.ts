/**
 * The test command: every check, then every test, then what was skipped and why, then one plain line `N passed, N failed`.
 * A check counts as one. A run that executed no test counts as a failure, and so does a skip that this machine is no reason for.
 */
import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TEST_PICTURES } from '../main/sandbox/picture-files.ts';
import { EXCUSES, reportSchema, skipsOf } from './skips.ts';

/** Threads and child processes of the tests start from TypeScript sources: each is stripped once, not at every start. */
const NODE_COMPILE_CACHE = resolve('node_modules/.cache/compile');
/** Specs in a browser open the screens that were built for the package. */
const CHATKEEP_TEST_PAGES = resolve('out/renderer');

/** Room that all tests together never need at once, with plenty to spare. */
const MEMORY_ROOM = 4 * 1024 ** 3;

/**
 * A folder for the files of tests: in memory where the system has such a place with room, and programs may run there. Thousands of synced
 * files are what tests otherwise wait for; whether syncing happens is not theirs to see, only a loss of power could tell.
 */
async function testFolder(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs('/dev/shm');
    if (bavail * bsize >= MEMORY_ROOM) {
      const folder = await mkdtemp('/dev/shm/chatkeep-test-');
      const program = join(folder, 'may-run');
      await writeFile(program, '#!/bin/sh\nexit 0\n');
      await chmod(program, 0o700);
      if (spawnSync(program).status === 0) {
        return folder;
      }
      await rm(folder, { recursive: true, force: true });
    }
  } catch {
    // No such place here.
  }
  return await mkdtemp(join(tmpdir(), 'chatkeep-test-'));
}

interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly output: string;
  readonly seconds: number;
}

function run(name: string, command: string, live = false): Promise<StepResult> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_COMPILE_CACHE,
        CHATKEEP_TEST_PAGES,
        [TEST_PICTURES]: join(folder, 'pictures'),
        TMPDIR: folder,
      },
    });
    let output = '';
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      if (live) {
        process.stdout.write(chunk);
      }
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('close', (code) => {
      resolve({ name, ok: code === 0, output, seconds: (performance.now() - begun) / 1000 });
    });
  });
}

function report(result: StepResult, showOutput: boolean): void {
  console.log(`${result.ok ? 'ok  ' : 'FAIL'} ${result.name} (${result.seconds.toFixed(1)} s)`);
  if (!result.ok && showOutput) {
    console.log(result.output);
  }
}

const folder = await testFolder();
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

type Check = readonly [name: string, command: string];
/** Tests start what was built, so this ends before they begin. */
const BEFORE: readonly Check[] = [
  ['build and package', 'npm run --silent dist:check'],
  ['format', 'npm run --silent check:format'],
  ['import walls', 'npm run --silent check:walls'],
];
/** These read sources alone, and use the time in which tests wait. */
const BESIDE: readonly Check[] = [
  ['lint and types', 'npm run --silent check:lint'],
  ['types of components', 'npm run --silent check:types'],
];

let passed = 0;
let failed = 0;
/** Why checks or tests were skipped. */
const skipped: string[] = [];

async function lane(waiting: Check[]): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const result = await run(...next);
    report(result, true);
    skipped.push(
      ...result.output
        .split('\n')
        .filter((line) => line.startsWith('SKIPPED: '))
        .map((line) => `${result.name}: ${line.slice(9)}`),
    );
    if (result.ok) {
      passed += 1;
    } else {
      failed += 1;
    }
  }
}
/** Two at a time: the machine the command must be quick on has two cores. */
const before = [...BEFORE];
await Promise.all([lane(before), lane(before)]);
const beside = lane([...BESIDE]);

const file = join(folder, 'vitest.json');
const tests = await run('tests', `vitest run --reporter=default --reporter=json --outputFile.json=${file}`, true);
await beside;
report(tests, false);
try {
  const summary = reportSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  if (summary.numTotalTests === 0) {
    throw new Error('no test was executed');
  }
  const { excused, unexpected } = skipsOf(summary, resolve(import.meta.dirname, '..'), EXCUSES);
  skipped.push(...excused, ...unexpected.map((line) => `UNEXPECTED: ${line}`));
  passed += summary.numPassedTests;
  failed += summary.numFailedTests + unexpected.length;
  if (!tests.ok && summary.numFailedTests === 0) {
    failed += 1;
  }
} catch (error) {
  console.log(`tests: ${error instanceof Error ? error.message : String(error)}`);
  failed += 1;
}

for (const line of skipped) {
  console.log(`skipped  ${line}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
