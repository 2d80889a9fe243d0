import { describe, expect, test } from 'vitest';
import { LinkLifetime } from './link-lifetime.ts';

describe('the lifetime of links', () => {
  test('is what the link says', () => {
    expect(new LinkLifetime().expiryOf(1_000, 5_000)).toBe(5_000);
  });

  test('is not known before a link was refused', () => {
    const lifetime = new LinkLifetime();
    lifetime.noteUsed(60_000);
    expect(lifetime.expiryOf(1_000, null)).toBeNull();
  });

  test('is learnt from the youngest link that was refused', () => {
    const lifetime = new LinkLifetime();
    lifetime.noteRefused(9_000);
    lifetime.noteRefused(4_000);
    lifetime.noteRefused(7_000);
    expect(lifetime.expiryOf(1_000, null)).toBe(5_000);
  });

  test('is forgotten when an older link works', () => {
    const lifetime = new LinkLifetime();
    lifetime.noteRefused(4_000);
    lifetime.noteUsed(4_000);
    expect(lifetime.expiryOf(1_000, null)).toBeNull();
  });

  test('is not learnt from a link younger than one that worked', () => {
    const lifetime = new LinkLifetime();
    lifetime.noteUsed(4_000);
    lifetime.noteRefused(3_000);
    expect(lifetime.expiryOf(1_000, null)).toBeNull();
  });

  test('the word of a link that ended before it was listed is not used: the clock here is wrong', () => {
    const lifetime = new LinkLifetime();
    expect(lifetime.expiryOf(5_000, 4_000)).toBeNull();
    lifetime.noteRefused(100);
    expect(lifetime.expiryOf(5_000, 4_000)).toBe(5_100);
  });
});
