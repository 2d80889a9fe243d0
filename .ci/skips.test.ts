import { expect, test } from 'vitest';
import { EXCUSES, skipsOf, type Report } from './skips.ts';

const report = (file: string, ...tests: readonly (readonly [status: string, ...titles: string[]])[]): Report => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numTotalTests: tests.length,
  testResults: [
    {
      name: `/code/${file}`,
      assertionResults: tests.map(([status, ...titles]) => ({
        status,
        ancestorTitles: titles.slice(0, -1),
        title: titles.at(-1) ?? '',
      })),
    },
  ],
});

test('skipped tests are named by file and group, with what the machine lacks', () => {
  const skipped = report(
    'main/a.test.ts',
    ['passed', 'on a disk', 'fits'],
    ['skipped', 'on a disk', 'is full'],
    ['skipped', 'on a disk', 'small ones', 'is full'],
  );
  expect(skipsOf(skipped, '/code', [{ files: 'main/a', lacks: () => 'no disk' }])).toEqual({
    excused: ['main/a.test.ts > on a disk (2): no disk'],
    unexpected: [],
  });
});

test.each(['skipped', 'pending', 'todo', 'disabled'])('a test that is %s without a reason is unexpected', (status) => {
  const skipped = report('main/b.test.ts', [status, 'works']);
  const expected = { excused: [], unexpected: ['main/b.test.ts > works (1)'] };
  expect(skipsOf(skipped, '/code', [{ files: 'main/a', lacks: () => 'no disk' }])).toEqual(expected);
  expect(skipsOf(skipped, '/code', [{ files: 'main/b', lacks: () => null }])).toEqual(expected);
  expect(skipsOf(report('main/export/put-files.test.ts', [status, 'works']), '/code', EXCUSES).excused).toEqual([]);
});
