import { expect, test } from 'vitest';
import { kinds, mediaStates } from './kernel/codes.ts';
import { contentHash, rawHash } from '../lib/content-hash.ts';
import { laneOf, LARGE_BYTES } from './files/lane.ts';
import { monthOf } from '../lib/month.ts';
import { sampleMedia, sampleMessage } from './testing/sample-pages.ts';

test('months are counted from January 1970 in UTC, before it too, and survive impossible times', () => {
  expect(monthOf(0)).toBe(0);
  expect(monthOf(Date.UTC(2026, 10, 24))).toBe(56 * 12 + 10);
  expect(monthOf(-1)).toBe(-1);
  expect(monthOf(Number.MAX_SAFE_INTEGER)).toBe(monthOf(8.64e15));
});

test('a file is large by its size, and while that is unknown when it is a whole video', () => {
  expect(laneOf('full', 'video', null)).toBe('large');
  expect(laneOf('thumb', 'video', null)).toBe('small');
  expect(laneOf('full', 'photo', null)).toBe('small');
  expect(laneOf('full', 'video', LARGE_BYTES - 1)).toBe('small');
  expect(laneOf('full', 'photo', LARGE_BYTES)).toBe('large');
});

test('the content hash sees words and flags, and neither links nor media', () => {
  const message = sampleMessage(1, [sampleMedia(1)]);
  const hash = contentHash(message);
  expect(contentHash(sampleMessage(1, [sampleMedia(2, 'locked', { link: 'b' })]))).toBe(hash);
  expect(contentHash({ ...message, text: 'other' })).not.toBe(hash);
  // Hashes are kept: with another one every message would look edited.
  expect(contentHash(sampleMessage(1, []))).toBe(191_548_017_913_921);
  expect(contentHash({ ...message, flags: { ...message.flags, isOpened: true } })).not.toBe(hash);
});

test('an unreadable item is the same with other links in it', () => {
  const raw = (link: string): string => `{"id":"x","url":"https://media.example/${link}"}`;
  expect(rawHash(raw('a?sig=1'))).toBe(rawHash(raw('b?sig=2')));
  expect(rawHash(raw('a'))).not.toBe(rawHash('{"id":"y"}'));
});

test('a code that no version wrote is refused', () => {
  expect(kinds.name(kinds.code('audio'))).toBe('audio');
  expect(() => mediaStates.name(99)).toThrow('unknown media state');
});
