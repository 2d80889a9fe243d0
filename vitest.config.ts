import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type InlineConfig, type TestSpecification } from 'vitest/node';

/** What takes longest begins first, so that nothing long is left when the others have ended; a fresh clone has no times to go by. */
const LONG = [
  /screens-/,
  /renderer\/e2e\//,
  /fault-matrix/,
  /disk-faults/,
  /shell\/cli\/process/,
  /create-app/,
  /kill/,
  /app\/trash/,
  /bad-input/,
  /random-schedule/,
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = LONG.findIndex((pattern) => pattern.test(moduleId));
      return found < 0 ? LONG.length : found;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

/** What the tests of many files need is made once in a run. */
const ONCE = ['main/sandbox/testing/shared-pictures-setup.ts'];

/** A test that takes this long hangs. It says nothing of speed: a busy machine may take ten times as long as a quiet one. */
const HUNG_MS = 300_000;
/** Polls ask whether something comes, never how soon. */
const POLL = { poll: { timeout: 120_000 } };

/** The tests of everything that runs in Node. */
export const MAIN_PROJECT: InlineConfig = {
  name: 'main',
  include: ['main/**/*.test.ts', 'preload/**/*.test.ts', '.ci/**/*.test.ts'],
  globalSetup: ONCE,
  environment: 'node',
  testTimeout: HUNG_MS,
  hookTimeout: HUNG_MS,
  expect: POLL,
  pool: 'forks',
  // Node 24's V8 can abort (`jit_page.has_value()`) when many short-lived threads come and go on processors with protection keys.
  execArgv: ['--no-memory-protection-keys'],
};

/** The specs in real browsers. */
export const SCREENS_PROJECT: InlineConfig = {
  name: 'screens',
  include: ['renderer/e2e/**/*.spec.ts'],
  globalSetup: [...ONCE, 'renderer/e2e/pages-setup.ts', 'renderer/e2e/electron/setup.ts'],
  environment: 'node',
  testTimeout: HUNG_MS,
  hookTimeout: HUNG_MS,
  expect: POLL,
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Two cores are what the command must be quick on; much of a test is waiting, for a disk, a browser or a fault to pass.
    maxWorkers: 3,
    projects: [
      { test: MAIN_PROJECT },
      { test: SCREENS_PROJECT },
      {
        // State lives in classes with runes (*.svelte.ts), which the plugin compiles; the browser condition makes them react.
        plugins: [svelte({ configFile: false })],
        resolve: { conditions: ['browser'] },
        test: { name: 'renderer', include: ['renderer/src/**/*.test.ts'], environment: 'node', testTimeout: HUNG_MS },
      },
    ],
  },
});
