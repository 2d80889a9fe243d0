import { defineConfig } from 'vitest/config';
import { MAIN_PROJECT, SCREENS_PROJECT } from './vitest.config.ts';

/** A hundred lives of an archive are one test. */
const LONG = { testTimeout: 1_800_000, hookTimeout: 1_800_000, env: { CHATKEEP_TEST_LONG: '1' } };

/** `npm run test:long`: what takes too long for each change. */
export default defineConfig({
  test: {
    maxWorkers: 3,
    projects: [
      {
        test: {
          ...MAIN_PROJECT,
          ...LONG,
          include: [
            'main/app/sync/fault-matrix-*.test.ts',
            'main/app/sync/renewals.test.ts',
            'main/app/sync/random-schedule.test.ts',
            'main/**/*kill.test.ts',
            'main/shell/cli/disk-faults.test.ts',
            'main/export/proof/proof.test.ts',
            'main/export/papers/pdf-paper.test.ts',
            'main/app/exports/whole-case.test.ts',
          ],
        },
      },
      { test: { ...SCREENS_PROJECT, ...LONG, include: ['renderer/e2e/gallery-{large,find}.spec.ts'] } },
    ],
  },
});
