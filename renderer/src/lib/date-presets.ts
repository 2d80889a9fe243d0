/** Spans of days that people ask for most. */
import { dayText } from '../../../main/contract/time-zone.ts';
import { zone } from './zone.ts';

export type DatePreset = 'today' | 'week' | 'month' | 'thisMonth' | 'thisYear' | 'lastYear';

interface PresetSpan {
  readonly id: DatePreset;
  /** First and last day, `2026-11-30`, both inside. */
  readonly first: string;
  readonly last: string;
}

/** The spans as of `now`, epoch ms. */
export function datePresets(now: number): PresetSpan[] {
  const day = zone.dayOf(now);
  const today = dayText(day);
  const year = Number(today.slice(0, 4));
  return [
    { id: 'today', first: today, last: today },
    { id: 'week', first: dayText(day - 6), last: today },
    { id: 'month', first: dayText(day - 29), last: today },
    { id: 'thisMonth', first: `${today.slice(0, 8)}01`, last: today },
    { id: 'thisYear', first: `${String(year)}-01-01`, last: today },
    { id: 'lastYear', first: `${String(year - 1)}-01-01`, last: `${String(year - 1)}-12-31` },
  ];
}
