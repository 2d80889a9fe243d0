import { defineConfig } from 'vitest/config';
import { MAIN_PROJECT } from './vitest.config.ts';

/** `npm run test:long`: what takes too long for each change. */
export default defineConfig({
  test: {
    ...MAIN_PROJECT,
    execArgv: [...MAIN_PROJECT.execArgv],
    name: 'long',
    include: [
      'main/app/sync/fault-matrix-*.test.ts',
      'main/app/sync/renewals.test.ts',
      'main/app/sync/random-schedule.test.ts',
      'main/**/*kill.test.ts',
    ],
    maxWorkers: 3,
    // A hundred lives of an archive in one test.
    testTimeout: 1_800_000,
    env: { CHATKEEP_TEST_LONG: '1' },
  },
});
