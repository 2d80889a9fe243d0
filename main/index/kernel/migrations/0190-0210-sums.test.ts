import { afterEach, beforeEach, expect, test } from 'vitest';
import { EVERYTHING } from '../../../contract/shapes.ts';
import { ALL_ACCOUNTS, EVERY_CHAT } from '../codes.ts';
import { openForTest, saveSampleChat, type TestIndex } from '../../testing/open-for-test.ts';
import { expectedItems, maintainedItems, storedSums } from '../../testing/recount.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from '../../testing/sample-pages.ts';
import { sums } from './0190-sums.ts';
import { removedSums } from './0210-removed-sums.ts';

let index: TestIndex;
beforeEach(() => {
  index = openForTest();
});
afterEach(() => {
  index.close();
});

const MONTH = 31 * 86_400_000;

/** Two accounts of two chats that share media; files of five contents, of which one was lost; media in the trash and deleted. */
function fill(): void {
  for (const user of [1, 2]) {
    const { id: accountId } = index.write('saveAccount', {
      ...{ apiBase: 'https://api.example', identity: `user:${String(user)}`, userId: user, username: null },
      ...{ name: 'n', ratePerMinute: null, at: 0 },
    });
    for (const chatId of [7, 8]) {
      const messages = [9, 8, 7, 6].map((id) =>
        sampleMessage(id, [sampleMedia(id), sampleMedia(id * 10 + chatId, id === 6 ? 'locked' : 'viewable')], {
          createdAt: id * MONTH,
        }),
      );
      index.write('applyPage', {
        ...LISTED,
        ...{ accountId, chatKey: saveSampleChat(index, accountId, chatId), page: samplePage(messages) },
      });
    }
    const input = { accountId, chatKeys: [], lane: 'any', now: 1e15, exclude: [], limit: 100 } as const;
    const results = index.read('nextFiles', input).map(({ fileId }) => ({
      ...{ fileId, outcome: 'stored' as const, sha256: String(fileId % 5).repeat(64), bytes: 100 + (fileId % 5) },
      ...{ mime: 'image/png', ext: 'png', width: 1, height: 1 },
    }));
    index.write('settleFiles', { runId: null, at: 5, results: results.slice(0, -1) });
  }
  index.write('forgetBlobs', { at: 6, runId: null, sha256: ['3'.repeat(64)] });
  for (const ids of [
    [8, 87],
    [9, 97],
  ]) {
    const removal = index.write('beginRemoval', { at: 7 });
    const include = ids.map((mediaId) => ({ accountId: 1, mediaId }));
    const selection = { filter: EVERYTHING, spans: [], include, exclude: [] };
    index.write('removeMedia', { removal, selection, after: 'included 0', limit: 9, at: 7 });
  }
  index.write('emptyTrash', { which: { refs: [{ accountId: 1, mediaId: 8 }] }, limit: 9, at: 8 });
}

test('an older index gets the sums that are kept from now on', () => {
  fill();
  const before = storedSums(index.db);
  expect(before.kept).toEqual(before.counted);
  expect(index.db.get('SELECT removed, in_trash FROM removed_total WHERE scope = 0')).toEqual({
    removed: 4,
    in_trash: 3,
  });
  // As the version before left it.
  for (const { name } of index.db.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")) {
    index.db.exec(`DROP TRIGGER ${name}`);
  }
  index.db.exec(`
    DROP TABLE removed_total; DROP INDEX run_account; DROP TABLE library_size; DROP INDEX chat_bytes; ALTER TABLE chat DROP COLUMN stored_bytes;
    DELETE FROM tally WHERE scope = ${String(ALL_ACCOUNTS)}; DELETE FROM facet WHERE account_id = ${String(ALL_ACCOUNTS)};
    DELETE FROM total WHERE scope IN (${String(ALL_ACCOUNTS)}, ${String(EVERY_CHAT)})`);
  sums.up(index.db);
  removedSums.up(index.db);
  expect(maintainedItems(index.db)).toEqual(expectedItems(index.db));
  expect(storedSums(index.db)).toEqual(before);
  fill();
  const after = storedSums(index.db);
  expect(after.kept).toEqual(after.counted);
});
