import type { LayoutPage, MediaLayout } from '../../../main/contract/browse-shapes.ts';
import { cssColour, NO_COLOUR } from '../../../main/contract/grid-shape.ts';
import type { MediaEntry, MonthBucket } from '../../../main/contract/shapes.ts';
import { lastWhere } from '../lib/last-where.ts';
import { zone } from '../lib/zone.ts';
import {
  estimateRows,
  layoutMonth,
  NO_ITEMS,
  rowOf,
  type GridMetrics,
  type MonthLayout,
  type MonthShape,
  type Row,
} from './geometry.ts';

const EMPTY: readonly LayoutPage[] = [];

/** The app's data about a month's items: their shapes and colours, and the starts of its pages. */
export interface Plan {
  readonly shape: MonthShape;
  readonly pages: readonly LayoutPage[];
  /** Two bytes an item, the lower first (`grid-shape.ts`). */
  readonly colours: Uint8Array;
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) {
    bytes[index] = text.charCodeAt(index);
  }
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Puts the answers for a month together, in their order. */
export function planOf(answers: readonly MediaLayout[]): Plan {
  const days = answers.map((answer) => bytesOf(answer.days));
  const pages: LayoutPage[] = [];
  let first = 0;
  answers.forEach((answer, index) => {
    pages.push(...answer.pages.map((page) => ({ first: first + page.first, after: page.after })));
    first += days[index]?.length ?? 0;
  });
  return {
    shape: { days: joined(days), ratios: joined(answers.map((answer) => bytesOf(answer.ratios))) },
    pages,
    colours: joined(answers.map((answer) => bytesOf(answer.colours))),
  };
}

/**
 * A month of the timeline. Its height is estimated from its count until the shapes of its items are known, four bytes each; then every tile
 * has its place, and entries come page by page where one looks.
 */
export class Month {
  bucket: MonthBucket;
  plan: Plan | null = null;
  layout: MonthLayout;
  height = 0;
  /** Rows, known or estimated. */
  rows = 0;
  /** The plan is asked for. */
  planning: AbortController | null = null;
  /** Pages asked for, by their number. */
  readonly asking = new Map<number, AbortController>();
  /** Somebody waits for what was asked: it is not given up when one looks elsewhere. */
  held = 0;
  /** Something changed since the plan or the pages came. */
  stale = false;
  /** Steps with every change of places. */
  #places = 0;
  /** Of each page, steps with every change of its entries. */
  #changes: number[] = [];
  #pages: (readonly MediaEntry[] | undefined)[] = [];
  #rows = new Map<number, Row>();

  constructor(bucket: MonthBucket, metrics: GridMetrics) {
    this.bucket = bucket;
    this.layout = layoutMonth(NO_ITEMS, metrics);
    this.measure(metrics);
  }

  /** Number of items whose places are known. */
  get count(): number {
    return this.plan?.shape.days.length ?? 0;
  }

  get pages(): readonly LayoutPage[] {
    return this.plan?.pages ?? EMPTY;
  }

  /** A plan with the pages that were listed with it; what was listed before is forgotten. */
  setPlan(plan: Plan, pages: ReadonlyMap<number, readonly MediaEntry[]>, metrics: GridMetrics): void {
    this.plan = plan;
    this.stale = false;
    this.#pages = [];
    for (const [number, entries] of pages) {
      this.#pages[number] = entries;
    }
    this.measure(metrics);
  }

  setPage(number: number, entries: readonly MediaEntry[] | undefined): void {
    this.#pages[number] = entries;
    this.#changed(number);
  }

  changeEntries(number: number, change: (entry: MediaEntry) => MediaEntry): void {
    this.#pages[number] = this.#pages[number]?.map(change);
    this.#changed(number);
  }

  #changed(number: number): void {
    this.#changes[number] = (this.#changes[number] ?? 0) + 1;
  }

  /** Differs whenever what a row shows does. */
  stampOf(row: Row): string {
    const first = this.pageOf(row.segments[0]?.first ?? 0);
    const last = row.segments.at(-1);
    const end = last === undefined ? first : this.pageOf(last.first + Math.max(0, last.widths.length - 1));
    return `${String(this.#places)} ${String(this.#changes[first] ?? 0)} ${String(this.#changes[end] ?? 0)}`;
  }

  hasPage(number: number): boolean {
    return this.#pages[number] !== undefined;
  }

  /** Numbers of the pages that are here. */
  pagesHere(): number[] {
    return Object.keys(this.#pages).flatMap((key) => (this.#pages[Number(key)] === undefined ? [] : [Number(key)]));
  }

  /** Entries of a page that is here. */
  entriesOf(number: number): readonly MediaEntry[] {
    return this.#pages[number] ?? [];
  }

  /** How many items a page must have. */
  pageLength(number: number): number {
    const first = this.pages[number]?.first ?? 0;
    return (this.pages[number + 1]?.first ?? this.count) - first;
  }

  /** The page that holds an item. */
  pageOf(item: number): number {
    const { pages } = this;
    return lastWhere(pages.length, (index) => (pages[index]?.first ?? 0) <= item);
  }

  /** The colour of an item's picture, as CSS has it; null while it is not known, or without a picture. */
  colourOf(item: number): string | null {
    const colours = this.plan?.colours;
    return cssColour(colours === undefined ? NO_COLOUR : (colours[item * 2] ?? 0) + (colours[item * 2 + 1] ?? 0) * 256);
  }

  /** An item's entry; undefined while its page is not here. */
  entry(item: number): MediaEntry | undefined {
    const number = this.pageOf(item);
    return this.#pages[number]?.[item - (this.pages[number]?.first ?? 0)];
  }

  /** The place of a media item among those that are here; −1 when it is not. */
  indexOf(mediaId: number): number {
    for (const [number, entries] of this.#pages.entries()) {
      const at = entries?.findIndex((entry) => entry.id === mediaId) ?? -1;
      if (at >= 0) {
        return (this.pages[number]?.first ?? 0) + at;
      }
    }
    return -1;
  }

  row(index: number): Row | undefined {
    let row = this.#rows.get(index);
    if (row === undefined) {
      row = this.layout.row(index);
      if (row !== undefined) {
        if (this.#rows.size > 400) {
          this.#rows.clear();
        }
        this.#rows.set(index, row);
      }
    }
    return row;
  }

  rowOf(item: number): number {
    return rowOf(this.layout, item);
  }

  /** Start of an item's day, epoch ms; null while it is not known. */
  dayOf(item: number): number | null {
    const day = this.plan?.shape.days[item];
    return day === undefined ? null : zone.startOfDay(zone.dayOf(this.bucket.from) + day);
  }

  /** The first and the last item (exclusive) of the day that holds `time`; both the same where it has none. */
  itemsOfDay(time: number): { readonly first: number; readonly end: number } {
    const days = this.plan?.shape.days ?? new Uint8Array();
    const wanted = zone.dayOf(time) - zone.dayOf(this.bucket.from);
    let first = 0;
    while (first < days.length && (days[first] ?? 0) > wanted) {
      first += 1;
    }
    let end = first;
    while (end < days.length && days[end] === wanted) {
      end += 1;
    }
    return { first, end };
  }

  giveUp(): void {
    this.planning?.abort();
    this.planning = null;
    for (const controller of this.asking.values()) {
      controller.abort();
    }
    this.asking.clear();
  }

  measure(metrics: GridMetrics): void {
    this.#places += 1;
    this.#rows.clear();
    this.layout = layoutMonth(this.plan?.shape ?? NO_ITEMS, metrics);
    const estimate = estimateRows(this.plan === null ? this.bucket.count : 0, metrics);
    this.height = this.layout.height + estimate.height;
    this.rows = this.layout.count + estimate.rows;
  }
}
