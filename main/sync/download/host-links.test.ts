import { describe, expect, test } from 'vitest';
import { HostLinks, YOUNG_MS } from './host-links.ts';

const link = (urlFetchedAt: number, urlExpiresAt: number | null = null) => ({ urlFetchedAt, urlExpiresAt });
const HOUR = 3_600_000;

describe('the lifetime of links', () => {
  test('is what the link says', () => {
    expect(new HostLinks().expiryOf(link(1_000, 5_000))).toBe(5_000);
  });

  test('is not known before a link was refused', () => {
    const links = new HostLinks();
    links.noteUsed(60_000);
    expect(links.expiryOf(link(1_000))).toBeNull();
  });

  test('is learnt from the youngest link that was refused', () => {
    const links = new HostLinks();
    links.noteRefused(900_000);
    links.noteRefused(400_000);
    links.noteRefused(700_000);
    expect(links.expiryOf(link(1_000))).toBe(401_000);
  });

  test('is not learnt from a young link: its age was not why it was refused', () => {
    const links = new HostLinks();
    links.noteRefused(YOUNG_MS - 1);
    expect(links.expiryOf(link(1_000))).toBeNull();
  });

  test('is forgotten when an older link works', () => {
    const links = new HostLinks();
    links.noteRefused(400_000);
    links.noteUsed(400_000);
    expect(links.expiryOf(link(1_000))).toBeNull();
  });

  test('is not learnt from a link younger than one that worked', () => {
    const links = new HostLinks();
    links.noteUsed(400_000);
    links.noteRefused(300_000);
    expect(links.expiryOf(link(1_000))).toBeNull();
  });

  test('the word of a link that ended before it was listed is not used: the clock here is wrong', () => {
    const links = new HostLinks();
    expect(links.expiryOf(link(5_000, 4_000))).toBeNull();
    links.noteRefused(100_000);
    expect(links.expiryOf(link(5_000, 4_000))).toBe(105_000);
  });
});

describe('a link', () => {
  test('has ended by its word or by what was learnt, but never while it is young', () => {
    const links = new HostLinks();
    expect(links.hasEnded(link(0, 1_000), YOUNG_MS - 1)).toBe(false);
    expect(links.hasEnded(link(0, 1_000), YOUNG_MS)).toBe(true);
    expect(links.hasEnded(link(0), HOUR)).toBe(false);
    links.noteRefused(HOUR);
    expect(links.hasEnded(link(0), HOUR)).toBe(true);
  });

  test('that was refused may work while it is young, says that it goes on, or older ones have worked', () => {
    const links = new HostLinks();
    expect(links.mayWork(link(0), YOUNG_MS - 1)).toBe(true);
    expect(links.mayWork(link(0), YOUNG_MS)).toBe(false);
    expect(links.mayWork(link(0, HOUR), HOUR - 1)).toBe(true);
    expect(links.mayWork(link(0, HOUR), HOUR)).toBe(false);
    links.noteUsed(HOUR);
    expect(links.mayWork(link(0), HOUR)).toBe(true);
  });

  test('that was refused is not worth another try where none of the last ones was', () => {
    const links = new HostLinks();
    for (let files = 0; files < 10; files += 1) {
      links.noteGivenUp(3, false);
    }
    expect(links.mayWork(link(0), 0)).toBe(false);
    expect(links.refusesNew).toBe(false);
    links.noteUsed(0);
    expect(links.mayWork(link(0), 0)).toBe(true);
  });

  test('that was given up after one refusal says nothing about another try', () => {
    const links = new HostLinks();
    for (let files = 0; files < 10; files += 1) {
      links.noteGivenUp(1, false);
    }
    expect(links.mayWork(link(0), 0)).toBe(true);
  });
});

test('a host refuses new links when it has refused those of ten files in a row', () => {
  const links = new HostLinks();
  const refuse = (files: number): void => {
    for (let done = 0; done < files; done += 1) {
      links.noteGivenUp(3, true);
    }
  };
  refuse(9);
  links.noteUsed(0);
  refuse(9);
  expect(links.refusesNew).toBe(false);
  refuse(1);
  expect(links.refusesNew).toBe(true);
});
