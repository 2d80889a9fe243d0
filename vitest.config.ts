import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest begins first, so that nothing long is left when the others have ended; a fresh clone has no times to go by. */
const LONG = [/screens-/, /fault-matrix/, /renderer\/e2e\//, /kill/, /random-schedule/, /shell\/cli\/process/];

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

/** The tests of everything that runs in Node. */
export const MAIN_PROJECT = {
  name: 'main',
  include: ['main/**/*.test.ts', 'preload/**/*.test.ts', '.ci/**/*.test.ts'],
  globalSetup: ONCE,
  environment: 'node',
  testTimeout: 60_000,
  hookTimeout: 60_000,
  pool: 'forks',
  // Node 24's V8 can abort (`jit_page.has_value()`) when many short-lived threads come and go on processors with protection keys.
  execArgv: ['--no-memory-protection-keys'],
} as const;

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Two cores are what the command must be quick on; much of a test is waiting, for a disk, a browser or a fault to pass.
    maxWorkers: 3,
    // Real browsers, child processes and kills on shared machines: a test that fails there is run again, and the report says so.
    retry: process.env['CI'] === 'true' ? 2 : 0,
    projects: [
      { test: { ...MAIN_PROJECT, include: [...MAIN_PROJECT.include], execArgv: [...MAIN_PROJECT.execArgv] } },
      {
        test: {
          name: 'screens',
          include: ['renderer/e2e/**/*.spec.ts'],
          globalSetup: [...ONCE, 'renderer/e2e/pages-setup.ts', 'renderer/e2e/electron/setup.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // What is polled for is that it comes, never how soon: a second is little on a busy machine.
          expect: { poll: { timeout: 15_000 } },
        },
      },
      {
        // State lives in classes with runes (*.svelte.ts), which the plugin compiles; the browser condition makes them react.
        plugins: [svelte({ configFile: false })],
        resolve: { conditions: ['browser'] },
        test: { name: 'renderer', include: ['renderer/src/**/*.test.ts'], environment: 'node' },
      },
    ],
  },
});
