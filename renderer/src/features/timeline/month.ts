import type { MediaEntry, MonthBucket } from '../../../../main/contract/shapes.ts';
import { dayNumber } from './days.ts';
import {
  cellRatio,
  estimateRows,
  layoutMonth,
  MONTH_HEADING,
  type Cell,
  type GridMetrics,
  type MonthLayout,
} from './geometry.ts';

/** A month of the timeline: how many items it has, those that are listed, and where they lie. */
export class Month {
  bucket: MonthBucket;
  entries: readonly MediaEntry[] = [];
  /** Token of the page after `entries`; null = from the start or all listed. */
  next: string | null = null;
  status: 'none' | 'part' | 'all' = 'none';
  layout: MonthLayout;
  height = 0;
  /** Rows, listed ones exactly and the rest estimated. */
  rows = 0;
  controller: AbortController | null = null;
  #cells: readonly Cell[] = [];

  constructor(bucket: MonthBucket, metrics: GridMetrics) {
    this.bucket = bucket;
    this.layout = layoutMonth([], metrics);
    this.measure(metrics);
  }

  setEntries(entries: readonly MediaEntry[], next: string | null, timeZone: string, metrics: GridMetrics): void {
    this.entries = entries;
    this.next = next;
    this.status = next === null ? 'all' : 'part';
    this.#cells = entries.map((entry) => ({
      ratio: cellRatio(entry.width, entry.height),
      day: dayNumber(entry.sentAt, timeZone),
    }));
    this.measure(metrics);
  }

  /** Forgets what is listed; the height stays, so that nothing moves. */
  forget(): void {
    this.entries = [];
    this.#cells = [];
    this.next = null;
    this.status = 'none';
    this.layout = { height: MONTH_HEADING, rows: [] };
  }

  measure(metrics: GridMetrics): void {
    this.layout = layoutMonth(this.#cells, metrics);
    const rest = this.status === 'all' ? 0 : Math.max(0, this.bucket.count - this.entries.length);
    const estimate = estimateRows(rest, metrics);
    this.height = this.layout.height + estimate.height;
    this.rows = this.layout.rows.length + estimate.rows;
  }

  day(index: number): number | null {
    return this.#cells[index]?.day ?? null;
  }
}
