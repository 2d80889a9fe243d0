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
    ],
    maxWorkers: 3,
    testTimeout: 240_000,
    env: { CHATKEEP_TEST_LONG: '1' },
  },
});
