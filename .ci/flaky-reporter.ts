import { relative } from 'node:path';
import type { Reporter, TestCase } from 'vitest/node';

/** Prints a line for each test that passed only when it was run again. */
class FlakyReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky === true) {
      console.log(`flaky    ${relative('', test.module.moduleId)} > ${test.fullName}`);
    }
  }
}

// vitest loads a reporter by its default export.
export default FlakyReporter;
