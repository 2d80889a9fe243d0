import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MEDIA_STATES } from '../../contract/model.ts';
import { fileStates } from '../kernel/codes.ts';
import { bestState, ledgerState } from './ledger-state.ts';

test('stored wins over whatever the service says later', () => {
  for (const state of MEDIA_STATES) {
    expect(ledgerState(state, 'stored')).toBe('stored');
  }
});

test('a viewable item without its file is pending, failed or gone as its file is', () => {
  expect(ledgerState('viewable', null)).toBe('pending');
  expect(ledgerState('viewable', 'wanted')).toBe('pending');
  expect(ledgerState('viewable', 'unavailable')).toBe('pending');
  expect(ledgerState('viewable', 'failed')).toBe('failed');
  expect(ledgerState('viewable', 'gone')).toBe('gone');
});

test('what the service withholds is a state, never a failure of its file', () => {
  for (const file of fileStates.names.filter((name) => name !== 'stored')) {
    expect(ledgerState('locked', file)).toBe('locked');
    expect(ledgerState('preview', file)).toBe('locked');
    expect(ledgerState('notReady', file)).toBe('notReady');
    expect(ledgerState('protected', file)).toBe('protected');
    expect(ledgerState('gone', file)).toBe('gone');
  }
});

test('one viewable copy makes an item viewable, and without any copy it is gone', () => {
  expect(bestState(['locked', 'viewable', 'notReady'])).toBe('viewable');
  expect(bestState(['locked', 'preview'])).toBe('preview');
  expect(bestState([])).toBe('gone');
});

test('the order in which copies are seen does not matter', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...MEDIA_STATES)), (states) => {
      expect(bestState(states)).toBe(bestState(states.toReversed()));
    }),
  );
});
