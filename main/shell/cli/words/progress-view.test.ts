import type { SyncProgress, Wait } from '../../../contract/shapes.ts';
import { describe, expect, it } from 'vitest';
import { syncText, waitText } from './progress-text.ts';
import { barLine, PlainView, syncShown } from './progress-view.ts';

const counters = {
  chats: 1,
  pages: 4,
  messages: { seen: 0, new: 0, changed: 0, bad: 0 },
  files: { downloaded: 30, bytes: 2_000_000, deduplicated: 0, resumed: 0, refreshedUrls: 0, failed: 2 },
  waitedMs: 0,
  requests: 0,
  wastedBytes: 0,
  errors: {},
};
const progress = (more: Partial<SyncProgress> = {}): SyncProgress => ({
  runId: 1,
  phase: 'files',
  chats: { done: 1, total: 3 },
  listing: [],
  counters,
  filesLeft: 68,
  bytesInFlight: 0,
  transfers: [],
  filesPerSecond: 12,
  bytesPerSecond: 800_000,
  secondsLeft: 6,
  waits: [],
  ...more,
});

describe('a run in one line', () => {
  it('tells counts, rates, failures and the time left', () => {
    expect(syncText(progress())).toBe(
      '1/3 chats, 4 pages, 32/100 files, 2.00 MB, 12 files/s, 800 kB/s, 2 failed, 6.0 s left',
    );
    expect(syncText(progress({ phase: 'chats', filesPerSecond: 0, bytesPerSecond: 0 }))).toContain(
      'Reading the chat list',
    );
  });

  it('counts waits down and tells the gravest', () => {
    const rate: Wait = { reason: 'rate', until: 142_000, needed: null };
    expect(waitText([rate], 100_000)).toBe('Waiting for the service, 42 s');
    expect(waitText([rate], 139_000)).toBe('Waiting for the service, 3 s');
    expect(waitText([rate, { reason: 'disk', until: null, needed: 5_000_000 }], 0)).toBe(
      'Waiting for 5.00 MB of disk space',
    );
    expect(waitText([], 0)).toBeNull();
  });

  it('has a bar where there is room and never more columns than the terminal', () => {
    const shown = { done: 32, total: 100, text: () => syncText(progress()) };
    expect(barLine(shown, 120)).toMatch(/^━{8}┈{16} {2}32 % {2}1\/3 chats/);
    expect(barLine(shown, 40)).toHaveLength(39);
  });
});

describe('without a terminal', () => {
  it('says one line every few seconds, and a wait at once but not again and again', () => {
    let now = 0;
    const words: string[] = [];
    const view = new PlainView({ word: (line) => words.push(line) }, () => now);
    const wait: Wait = { reason: 'rate', until: 40_000, needed: null };
    for (; now < 12_000; now += 250) {
      view.show(syncShown(progress(), () => now));
    }
    expect(words).toHaveLength(3);
    view.show(syncShown(progress({ waits: [wait] }), () => now));
    view.show(syncShown(progress({ waits: [wait] }), () => now));
    expect(words.slice(3)).toEqual(['Waiting for the service, 28 s']);
  });
});
