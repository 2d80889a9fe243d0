import { expect, test } from 'vitest';
import { ledgerParts } from './ledger.ts';

const ledger = { listed: 10_000, stored: 9_990, pending: 0, locked: 9, notReady: 0, protected: 0, gone: 0, failed: 1 };

test('the parts of a bar make one whole and none that exists is invisible', () => {
  const parts = ledgerParts(ledger);
  expect(parts.map((part) => part.state)).toEqual(['stored', 'locked', 'failed']);
  expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1);
  expect(Math.min(...parts.map((part) => part.share))).toBeGreaterThan(0.01);
});

test('an empty ledger has an empty bar', () => {
  expect(
    ledgerParts({ listed: 0, stored: 0, pending: 0, locked: 0, notReady: 0, protected: 0, gone: 0, failed: 0 }),
  ).toEqual([]);
});
