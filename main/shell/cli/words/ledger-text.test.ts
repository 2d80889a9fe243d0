import { describe, expect, it } from 'vitest';
import { coverageWords, ledgerLines, ledgerSentence } from './ledger-text.ts';

const range = (hi: number, lo: number) => ({ hi, lo });
const media = { listed: 1400, stored: 1280, locked: 100, notReady: 20, protected: 0, gone: 0, failed: 0, pending: 0 };

describe('coverage in words', () => {
  it('says from where to where, and how many gaps are between', () => {
    expect(coverageWords([])).toBe('not listed yet');
    expect(coverageWords([range(900, 0)])).toBe('listed from 900 to the start');
    expect(coverageWords([range(900, 300)])).toBe('listed from 900 to 300, older messages not yet');
    expect(coverageWords([range(900, 800), range(700, 600), range(500, 0)])).toBe(
      'listed from 900 to the start, two gaps',
    );
    expect(coverageWords([range(900, 800), range(700, 600)])).toBe(
      'listed from 900 to 600, one gap, older messages not yet',
    );
  });
});

describe('the ledger', () => {
  it('is a sum in one sentence', () => {
    expect(ledgerSentence(media)).toBe('1,400 listed = 1,280 stored + 100 locked + 20 not ready');
  });

  it('is a table with a total, and words for chats that are not complete', () => {
    const plain = { bold: (text: string) => text, dim: (text: string) => text };
    const chats = [
      { accountId: 1, chatId: 1, name: 'One\u001B[0m', complete: true, media, coverage: [range(9, 0)] },
      { accountId: 2, chatId: 2, name: null, complete: false, media, coverage: [range(9, 5)] },
    ];
    const lines = ledgerLines({ chats, total: media, removed: 3 }, plain);
    expect(lines.join('\n')).not.toContain('\u001B');
    expect(lines[0]?.split(/ {2,}/)).toEqual([
      ' CHAT',
      'NAME',
      'LISTED',
      'STORED',
      'LOCKED',
      'NOT READY',
      'PROTECTED',
      'GONE',
      'FAILED',
      'PENDING',
      'COMPLETE',
    ]);
    expect(lines[3]).toMatch(/^total .* 1,400 +1,280 +100 +20 +0/);
    expect(lines[4]).toBe('3 items removed from the library, not counted above.');
    expect(lines[5]).toBe('Chat 2: listed from 9 to 5, older messages not yet.');
    expect(lines[6]).toContain('1 chat of 2 listed');
  });
});
