/** For tests: media of twenty months, told by a bridge as the index tells them. */
import { ratioByte } from '../../../../main/contract/grid-shape.ts';
import { ok } from '../../../../main/contract/errors.ts';
import type { MediaEntry, MediaFilter } from '../../../../main/contract/shapes.ts';
import { stubBridge, type StubBridge } from '../../bridge/testing/stub-bridge.ts';
import { zone } from '../../lib/zone.ts';

export const NOW = Date.UTC(2026, 10, 24, 14, 30);
const PAGE = 200;
const HOUR = 3_600_000;
const SHAPES = [
  [4032, 3024],
  [3024, 4032],
  [3840, 5760],
  [3000, 3000],
  [1920, 1080],
] as const;

/** 2,400 items, one every six hours, newest first. */
function madeEntries(): MediaEntry[] {
  return Array.from({ length: 2400 }, (_, index) => {
    const [width, height] = SHAPES[(index * 7) % SHAPES.length] ?? SHAPES[0];
    return {
      accountId: 1,
      id: 3_100_000 - index,
      chatId: 410_000_000 + (index % 3),
      messageId: 51_000_000 - index,
      sentAt: NOW - index * 6 * HOUR - ((index * 37) % 300) * 60_000,
      order: 3_100_000 - index,
      favourite: false,
      kind: 'photo',
      state: 'stored',
      serviceState: 'viewable',
      width,
      height,
      durationMs: null,
      bytes: 1_000_000 + index,
      mime: 'image/jpeg',
      thumb: true,
    } satisfies MediaEntry;
  });
}

const base64 = (bytes: readonly number[]): string => btoa(bytes.map((byte) => String.fromCharCode(byte)).join(''));
const monthOf = (month: number): string => new Date(Date.UTC(1970, month, 1)).toISOString().slice(0, 7);

export interface MadeMedia {
  readonly bridge: StubBridge;
  /** Newest first; a test may take some away. */
  entries: readonly MediaEntry[];
}

/** Answers counts, layouts and pages by the bounds of time alone. */
export function madeMedia(): MadeMedia {
  const matching = ({ from, to }: Pick<MediaFilter, 'from' | 'to'>): readonly MediaEntry[] =>
    made.entries.filter(({ sentAt }) => sentAt >= (from ?? -Infinity) && sentAt < (to ?? Infinity));
  const bridge = stubBridge({
    'media.counts': ({ filter }) => {
      const rows = matching(filter);
      const months = new Map<number, number>();
      for (const { sentAt } of rows) {
        const month = zone.monthOf(sentAt);
        months.set(month, (months.get(month) ?? 0) + 1);
      }
      const buckets = [...months].map(([month, count]) => ({
        month: monthOf(month),
        from: zone.startOfMonth(month),
        to: zone.startOfMonth(month + 1),
        count,
        bytes: null,
      }));
      return ok({ timeZone: zone.name, count: rows.length, of: made.entries.length, buckets });
    },
    'media.layout': ({ filter, from, to, near }) => {
      const rows = matching({
        from: Math.max(from, filter.from ?? -Infinity),
        to: Math.min(to, filter.to ?? Infinity),
      });
      const pages = Array.from({ length: Math.ceil(rows.length / PAGE) }, (_, page) => ({
        first: page * PAGE,
        after: page === 0 ? null : String(page * PAGE),
      }));
      return ok({
        days: base64(rows.map(({ sentAt }) => zone.dayOf(sentAt) - zone.dayOf(from))),
        ratios: base64(rows.map(({ width, height }) => ratioByte(width, height))),
        colours: base64(rows.flatMap(() => [0, 0])),
        pages,
        near: pages
          .filter(({ first }) => near !== undefined && first < near.end && first + PAGE > near.first)
          .map(({ first }) => ({ first, rows: rows.slice(first, first + PAGE) })),
        next: null,
      });
    },
    'media.page': ({ filter, after, limit }) => {
      const rows = matching(filter);
      const start = Number(after ?? 0);
      const end = start + limit;
      return ok({ rows: rows.slice(start, end), next: end < rows.length ? String(end) : null });
    },
  });
  const made: MadeMedia = { bridge, entries: madeEntries() };
  return made;
}
