import { describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../../../main/contract/shapes.ts';
import { NO_FILTER, startOfDay, toMediaFilter, type Filter } from '../../lib/filter.ts';
import { ALL, spanOfTime, toMediaSelection, withSpan, NOTHING } from '../../lib/selection.ts';
import { asFilter, isState, placeOfState } from './left-out.ts';

const rich: Filter = {
  chatIds: [4, 5],
  kinds: ['video'],
  states: [],
  sender: 'them',
  from: '2025-03-29',
  to: '2025-03-31',
  text: 'light',
  labels: [1],
  noted: true,
  length: '1m-5m',
  size: 'over-100mb',
  shape: 'portrait',
  trades: ['bought', 'tip'],
  notSentTo: [8],
};

describe('the place of what stays out', () => {
  test('a filter of the screens is found again from what was asked', () => {
    for (const filter of [
      NO_FILTER,
      rich,
      { ...rich, length: 'over-5m' as const, size: 'under-1mb' as const, from: null },
    ]) {
      expect(asFilter(toMediaFilter(filter, 7, null))).toEqual(filter);
    }
  });

  test('what no filter of the screens asks has no place', () => {
    expect(asFilter({ ...EVERYTHING, minMs: 17 })).toBeNull();
    expect(asFilter({ ...EVERYTHING, from: (startOfDay('2025-03-29') ?? 0) + 1 })).toBeNull();
  });

  test('everything that matches: its filter with the state', () => {
    const selection = toMediaSelection(ALL, toMediaFilter(rich, 7, null));
    expect(placeOfState(selection, 'locked')?.filter).toEqual({ ...rich, states: ['locked'] });
  });

  test('a whole day: that day with the state', () => {
    const day = spanOfTime(startOfDay('2025-05-01') ?? 0, startOfDay('2025-05-02') ?? 0);
    const selection = toMediaSelection(withSpan(NOTHING, day, true), toMediaFilter(NO_FILTER, 7, 4));
    expect(placeOfState(selection, 'gone')?.filter).toEqual({
      ...NO_FILTER,
      chatIds: [4],
      from: '2025-05-01',
      to: '2025-05-01',
      states: ['gone'],
    });
  });

  test('single tiles, exceptions and parts of days have none', () => {
    const ref = { accountId: 1, mediaId: 2 };
    const part = spanOfTime(1000, 2000);
    const all = toMediaSelection(ALL, EVERYTHING);
    expect(placeOfState({ ...all, spans: [], include: [ref] }, 'locked')).toBeNull();
    expect(placeOfState({ ...all, exclude: [ref] }, 'locked')).toBeNull();
    expect(placeOfState({ ...all, spans: [part] }, 'locked')).toBeNull();
    expect(placeOfState({ ...all, spans: [part, part] }, 'locked')).toBeNull();
    expect(placeOfState({ ...all, filter: { ...EVERYTHING, states: ['stored'] } }, 'locked')).toBeNull();
  });

  test('states are told from other reasons', () => {
    expect(['locked', 'too_long', ''].filter(isState)).toEqual(['locked']);
  });
});
