import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveWorld } from './live.ts';
import { Links } from './links.ts';
import { pageOf } from './listing.ts';
import { Bodies } from './bodies.ts';
import { ownsMedia, planMedia, planMessage } from './plan.ts';
import { Truth } from './testing/truth.ts';
import { indexAtOrAbove, mediaId, mediaOf, messageId, messageOf, NEWEST_AT, sentAt, type World } from './world.ts';

const WORLD: World = { seed: 1, chats: 3, messages: 250, fixedFileBytes: null, largeFileBytes: null };
const anyWorld = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  chats: fc.integer({ min: 1, max: 500 }),
  messages: fc.integer({ min: 1, max: 1_000_000 }),
  fixedFileBytes: fc.constant(null),
  largeFileBytes: fc.constant(null),
});
const place = fc
  .tuple(anyWorld, fc.nat(), fc.nat())
  .map(([world, a, b]) => ({ world, key: { chat: a % world.chats, index: b % world.messages } }));

describe('the world', () => {
  it('finds the message and the media of every id it gives', () => {
    fc.assert(
      fc.property(place, fc.nat(7), ({ world, key }, position) => {
        const id = messageId(world, key);
        expect(String(id)).toHaveLength(13);
        expect(messageOf(world, id)).toEqual(key);
        expect(messageOf(world, id + 1)).not.toEqual(key);
        expect(indexAtOrAbove(world, key.chat, id)).toBe(key.index);
        expect(indexAtOrAbove(world, key.chat, id + 1)).toBe(key.index + 1);
        const item = mediaId(world, { ...key, position });
        expect(item).toBeGreaterThan(2 ** 32);
        expect(mediaOf(world, item)).toEqual({ ...key, position });
      }),
    );
  });

  it('lets ids and times rise together, and nothing is newer than the newest', () => {
    fc.assert(
      fc.property(place, ({ world, key }) => {
        const next = { ...key, index: key.index + 1 };
        expect(messageId(world, next)).toBeGreaterThan(messageId(world, key));
        expect(sentAt(world, next)).toBeGreaterThanOrEqual(sentAt(world, key));
        expect(sentAt(world, key)).toBeLessThanOrEqual(NEWEST_AT);
      }),
    );
  });

  it('is a pure function of the seed', () => {
    const everything = (world: World): unknown[] => {
      const live = new LiveWorld(world);
      const context = { live, links: new Links('http://127.0.0.1:1', world.seed, 1000, () => 0) };
      return [
        pageOf(context, {
          chat: 1,
          limit: 100,
          offset: 0,
          below: null,
          type: null,
          opened: null,
          query: null,
          mediaOnly: false,
        }),
      ];
    };
    expect(everything(WORLD)).toEqual(everything(WORLD));
    expect(everything(WORLD)).not.toEqual(everything({ ...WORLD, seed: 2 }));
  });

  it('sends in sessions: several media on one day, albums of one to eight, over more than a year', () => {
    const days = new Map<number, number>();
    const sizes = new Set<number>();
    for (let index = 0; index < WORLD.messages; index++) {
      const { at, media } = planMessage(WORLD, { chat: 0, index });
      const day = Math.floor(at / 86_400_000);
      days.set(day, (days.get(day) ?? 0) + media.length);
      sizes.add(media.length);
    }
    expect(Math.max(...days.values())).toBeGreaterThan(5);
    expect(Math.max(...days.keys()) - Math.min(...days.keys())).toBeGreaterThan(365);
    expect(Math.max(...sizes)).toBe(8);
  });

  it('shows an item again only where its owner is older and holds it', () => {
    let again = 0;
    for (let chat = 0; chat < WORLD.chats; chat++) {
      for (let index = 0; index < WORLD.messages; index++) {
        for (const key of planMessage(WORLD, { chat, index }).media) {
          expect(ownsMedia(WORLD, key)).toBe(true);
          expect(planMedia(WORLD, key).id).toBe(mediaId(WORLD, key));
          again += key.chat === chat && key.index === index ? 0 : 1;
        }
      }
    }
    expect(again).toBeGreaterThan(10);
  });
});

describe('the truth', () => {
  it('holds every media item once, over all chats and per chat, also after withdrawals and re-sending', () => {
    const live = new LiveWorld(WORLD);
    const truth = new Truth(live, new Bodies(live));
    const chats = [...truth.chats()];
    const first = chats[0];
    const reused = [...(first?.messages() ?? [])].filter((message) => message.mediaIds.length > 0);
    live.resend(reused[3]?.mediaIds[0] ?? 0, 2);
    reused.slice(0, 60).forEach(({ id }) => live.withdraw(id));
    for (const chat of truth.chats()) {
      const shown = new Set([...chat.messages()].flatMap(({ mediaIds }) => mediaIds));
      expect([...chat.media()].map(({ id }) => id).sort()).toEqual([...shown].sort());
    }
    const all = new Set([...truth.chats()].flatMap((chat) => [...chat.messages()].flatMap(({ mediaIds }) => mediaIds)));
    expect([...truth.media()].map(({ id }) => id).sort()).toEqual([...all].sort());
    expect([...truth.withdrawn()]).toHaveLength(60);
  });
});

describe('a million media', () => {
  it('are listed in constant memory', () => {
    const world: World = { ...WORLD, chats: 2, messages: 400_000 };
    const live = new LiveWorld(world);
    const context = { live, links: new Links('http://127.0.0.1:1', 1, 1000, () => 0) };
    const heaps: number[] = [];
    let media = 0;
    let below: number | null = null;
    for (let page = 0; media < 200_000; page++) {
      const next = pageOf(context, {
        chat: 0,
        limit: 100,
        offset: 0,
        below,
        type: null,
        opened: null,
        query: null,
        mediaOnly: true,
      });
      below = Number(next.nextLastId);
      media = countMedia(media, next.list);
      if (page % 100 === 99) {
        heaps.push(process.memoryUsage().heapUsed);
      }
    }
    const [early = 0] = heaps;
    expect(Math.max(...heaps) - early).toBeLessThan(100 * 1024 * 1024);
  });

  it('are in the truth one after the other', () => {
    const live = new LiveWorld({ ...WORLD, chats: 2, messages: 400_000 });
    const before = process.memoryUsage().heapUsed;
    let count = 0;
    for (const { id } of new Truth(live, new Bodies(live)).media()) {
      count += id > 0 ? 1 : 0;
      if (count === 200_000) {
        break;
      }
    }
    expect(count).toBe(200_000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024);
  });
});

function countMedia(so: number, list: readonly unknown[]): number {
  return list.reduce<number>((sum, item) => {
    const inside =
      typeof item === 'object' && item !== null && 'media' in item && Array.isArray(item.media) ? item.media.length : 0;
    return sum + inside;
  }, so);
}
