import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type InlineConfig, type TestSpecification } from 'vitest/node';

/**
 * What takes longest begins first, so that nothing long is left when the others have ended; a fresh clone has no times to go by. The files
 * of a project follow each other, since a process that has run one of them takes the next.
 */
const LONG = [
  /screens-/,
  /renderer\/e2e\//,
  /fault-matrix/,
  /disk-faults/,
  /shell\/cli\/process/,
  /create-app/,
  /pdf-paper/,
  /shell\/cli\/cli/,
  /kill/,
  /app\/trash/,
  /bad-input/,
  /random-schedule/,
];
const PROJECTS = ['screens', 'main', 'alone', 'renderer'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project, moduleId }: TestSpecification): number => {
      const found = LONG.findIndex((pattern) => pattern.test(moduleId));
      return PROJECTS.indexOf(project.name) * 100 + (found < 0 ? LONG.length : found);
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

/** `npm test` has built what the tests start from. */
const BUILT = process.env['CHATKEEP_TEST_PAGES'] !== undefined;
const EXEC_ARGV = BUILT ? ['--import', new URL('.ci/built-threads.ts', import.meta.url).href] : [];

/**
 * Files follow each other in one process, and Node imports the sources as it does in threads and children, from its compile cache: loading
 * the same modules for each file took a tenth of all.
 */
const SHARED: InlineConfig = {
  isolate: false,
  experimental: { viteModuleRunner: false, nodeLoader: false },
  execArgv: EXEC_ARGV,
};

/** These change what a process reads once, its environment or the authorities that it trusts, or measure its heap. */
const ALONE = [
  'main/api/routes.test.ts',
  'main/keys/secret-service.test.ts',
  'main/shell/cli/keystore.test.ts',
  'main/shell/cli/network.test.ts',
  'main/app/settings/time-zone.test.ts',
  'main/sandbox/world.test.ts',
];

/** The tests of everything that runs in Node. */
export const MAIN_PROJECT: InlineConfig = {
  ...SHARED,
  name: 'main',
  include: ['main/**/*.test.ts', 'preload/**/*.test.ts', '.ci/**/*.test.ts'],
  exclude: ALONE,
  globalSetup: ONCE,
  environment: 'node',
  testTimeout: HUNG_MS,
  hookTimeout: HUNG_MS,
  expect: POLL,
  pool: 'forks',
  // Node 24's V8 can abort (`jit_page.has_value()`) when many short-lived threads come and go on processors with protection keys.
  execArgv: [...EXEC_ARGV, '--no-memory-protection-keys'],
};

/** The specs in real browsers. */
export const SCREENS_PROJECT: InlineConfig = {
  ...SHARED,
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
    maxWorkers: 4,
    projects: [
      { test: MAIN_PROJECT },
      { test: { ...MAIN_PROJECT, name: 'alone', include: ALONE, exclude: [], isolate: true } },
      { test: SCREENS_PROJECT },
      {
        // State lives in classes with runes (*.svelte.ts), which the plugin compiles; the browser condition makes them react.
        plugins: [svelte({ configFile: false })],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'renderer',
          include: ['renderer/src/**/*.test.ts'],
          environment: 'node',
          isolate: false,
          testTimeout: HUNG_MS,
        },
      },
    ],
  },
});
