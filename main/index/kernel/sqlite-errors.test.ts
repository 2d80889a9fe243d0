import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { openForTest, saveSampleChat, type TestIndex } from '../testing/open-for-test.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';
import { explained } from './sqlite-errors.ts';
import { errorOf, errorValue } from '../../lib/thread.ts';

let index: TestIndex;
beforeEach(() => {
  index = openForTest();
});
afterEach(() => {
  index.close();
});

test('a full disk in the middle of a page leaves the index as it was, and goes on when there is room', () => {
  const { id: accountId } = index.write('saveAccount', {
    apiBase: 'https://api.example',
    identity: 'user:1',
    userId: 1,
    username: null,
    name: 'n',
    ratePerMinute: null,
    at: 0,
  });
  const chatKey = saveSampleChat(index, accountId, 7);
  const apply = () =>
    index.write('applyPage', {
      ...LISTED,
      accountId,
      chatKey,
      page: samplePage(Array.from({ length: 300 }, (_, number) => sampleMessage(1000 - number, [sampleMedia(number)]))),
      range: { hi: 1000, lo: 0, nextCursor: null },
      detectGone: true,
    });
  const pages = index.read('stats', {}).pages;
  index.db.pragma(`max_page_count = ${String(pages + 3)}`);
  let error: unknown = null;
  try {
    apply();
  } catch (caught) {
    error = explained(caught, index.path);
  }
  expect(error).toMatchObject({ code: 'disk_full' });
  expect(index.read('stats', {})).toMatchObject({ messages: 0, media: 0, files: 0 });
  expect(index.read('coverage', { chatKey, pass: 'media' })).toEqual([]);
  index.db.pragma('max_page_count = 1000000');
  expect(apply()).toMatchObject({ new: 300 });
  expect(index.read('integrity', {})).toEqual([]);
});

test('an error for people crosses threads with its code and hint, a fault with its stack', () => {
  const known = errorOf(errorValue(new AppError('library_locked', 'In use.', 'Wait.')));
  expect(known).toBeInstanceOf(AppError);
  expect(known).toMatchObject({ code: 'library_locked', message: 'In use.', hint: 'Wait.' });
  const fault = errorOf(errorValue(new TypeError('odd')));
  expect(fault).not.toBeInstanceOf(AppError);
  expect(fault).toMatchObject({ message: 'odd', cause: expect.stringContaining('TypeError: odd') as string });
});

test('an error that is none of ours or SQLite’s stays what it is', () => {
  const error = new Error('other');
  expect(explained(error, 'x')).toBe(error);
});
