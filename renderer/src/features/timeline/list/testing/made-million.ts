/** For tests: a million items that exist only as arithmetic, one every eight minutes, told by a bridge as the index tells them. */
import type { Bridge } from '../../../../../../main/app/bridge.ts';
import type { CallInput, CallName, CallOutput, CallResult } from '../../../../../../main/app/calls.ts';
import { ok } from '../../../../../../main/contract/errors.ts';
import type { MediaEntry } from '../../../../../../main/contract/shapes.ts';

const STEP = 8 * 60_000;
const END = Date.UTC(2026, 10, 1);
const PAGE = 200;

export interface Asked {
  readonly name: CallName;
  readonly input: unknown;
}

/** The `n`th newest item. */
export const madeEntry = (n: number): MediaEntry => ({
  accountId: 1,
  id: 5_000_000 - n,
  chatId: 7,
  messageId: 9_000_000 - n,
  sentAt: END - STEP * (n + 1),
  order: 5_000_000 - n,
  favourite: false,
  kind: 'photo',
  state: 'stored',
  serviceState: 'viewable',
  width: 4,
  height: 3,
  durationMs: null,
  bytes: 1000,
  mime: 'image/jpeg',
  thumb: true,
});

/** `newer` items have come since: they stand before the first, as -1, -2 and so on. */
export function madeMillion(
  total: () => number,
  newer: () => number = () => 0,
): { readonly bridge: Bridge; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const end = (): number => END + STEP * newer();
  const all = (): number => total() + newer();
  /** Items sent at `time` or later. */
  const since = (time: number): number => Math.min(all(), Math.max(0, Math.floor((end() - time) / STEP)));
  const monthsOf = (): CallOutput<'media.counts'>['buckets'] => {
    const buckets: { month: string; from: number; to: number; count: number; bytes: null }[] = [];
    let seen = 0;
    for (let time = end() - STEP; seen < all();) {
      const date = new Date(time);
      const from = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
      const to = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
      buckets.push({
        month: new Date(from).toISOString().slice(0, 7),
        from,
        to,
        count: since(from) - seen,
        bytes: null,
      });
      seen = since(from);
      time = from - STEP;
    }
    return buckets;
  };
  const handlers: { readonly [Name in CallName]?: (input: CallInput<Name>) => CallOutput<Name> } = {
    'media.counts': () => ({ timeZone: 'UTC', count: all(), of: all(), buckets: monthsOf() }),
    'media.layout': ({ from, to, near }) => {
      const first = since(to);
      const count = since(from) - first;
      const pages = Array.from({ length: Math.ceil(count / PAGE) }, (_, page) => ({
        first: page * PAGE,
        after: page === 0 ? null : String(first + page * PAGE),
      }));
      return {
        days: btoa('\0'.repeat(count)),
        ratios: btoa('\0'.repeat(count)),
        colours: btoa('\0'.repeat(count * 2)),
        pages,
        near: pages
          .filter((page) => near !== undefined && page.first < near.end && page.first + PAGE > near.first)
          .map((page) => ({
            first: page.first,
            rows: Array.from({ length: Math.min(PAGE, count - page.first) }, (_, index) =>
              madeEntry(first + page.first + index - newer()),
            ),
          })),
        next: null,
      };
    },
    'media.page': ({ filter, order, after, limit }) => {
      // In the order of sizes the made items lie the other way round.
      const first = after === null ? since(filter.to ?? end()) : Number(after);
      const last = filter.from === null ? all() : since(filter.from);
      const stop = Math.min(first + limit, last);
      const at = (n: number): MediaEntry => madeEntry(order === undefined ? n - newer() : total() - 1 - n);
      return {
        rows: Array.from({ length: stop - first }, (_, index) => at(first + index)),
        next: stop < last ? String(stop) : null,
      };
    },
    'media.details': ({ refs }) => ({
      rows: refs.map((ref) => ({
        ...ref,
        senderName: 'Ada',
        fromMe: false,
        words: 'words',
        sha256: null,
        terms: { trades: [], price: null },
      })),
    }),
  };
  const bridge: Bridge = {
    call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallResult<Name>> {
      asked.push({ name, input });
      const handler = handlers[name];
      if (handler === undefined) {
        throw new Error(`${name} is not made.`);
      }
      return Promise.resolve(ok(handler(input)));
    },
    subscribe: () => () => undefined,
  };
  return { bridge, asked };
}
