import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WRITES } from '../../writes.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from '../../testing/sample-pages.ts';
import { connect } from '../database.ts';
import { openConnection } from '../open-connection.ts';
import { MIGRATIONS } from './index.ts';
import { migrate } from './migrate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0110-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('an item of an older index that another chat tells other facts of gets a second file, its first stays as it is', () => {
  const path = join(folder, 'index.sqlite');
  const old = connect(path, 'write');
  migrate(
    old,
    MIGRATIONS.filter(({ version }) => version < 110),
    () => undefined,
  );
  old.exec(`
    INSERT INTO account (id, api_base, identity, name, created_at) VALUES (1, 'a', 'i', 'n', 0);
    INSERT INTO chat (key, account_id, id, listed_at, raw) VALUES (70, 1, 7, 0, '{}'), (80, 1, 8, 0, '{}');
    INSERT INTO message (key, chat_key, id, sent_at, dated, text, flags, first_seen, last_seen, passes, content_hash)
      VALUES (700, 70, 1, 5, 0, '', 0, 0, 0, 0, 0);
    INSERT INTO media (key, account_id, id, kind, kind_raw, width, state, first_seen) VALUES (3, 1, 11, 0, 'photo', 100, 0, 0);
    INSERT INTO message_media (message_key, media_key, position, state, teaser) VALUES (700, 3, 0, 0, 0);
    INSERT INTO item (chat_key, sent_at, media_key, message_key, account_id, kind, ledger_state, side, lead, facts, ratio, bytes)
      VALUES (70, 5, 3, 700, 1, 0, 0, 0, 1, 0, 255, 1);
    INSERT INTO blob (key, sha256, bytes, mime, ext, stored_at) VALUES (9, x'ab', 1, 'image/jpeg', 'jpg', 0);
    INSERT INTO file (id, media_key, variant, state, blob_key) VALUES (12, 3, 0, 1, 9);
  `);
  old.close();
  const db = openConnection(path, 'writer');
  try {
    db.transaction('write', () =>
      WRITES.applyPage(db, {
        ...LISTED,
        accountId: 1,
        chatKey: 80,
        page: samplePage([sampleMessage(2, [sampleMedia(11, 'viewable', { width: 200 })])]),
      }),
    );
    expect(db.all('SELECT file_id, chat_key FROM other_file')).toEqual([{ file_id: 15, chat_key: 80 }]);
    expect(db.all('SELECT file_id, chat_key, open FROM fetch WHERE file_id >= 15 OR file_id = 12')).toEqual([
      { file_id: 15, chat_key: 80, open: 1 },
    ]);
    expect(db.get('SELECT state, blob_key FROM file WHERE id = 12')).toEqual({ state: 1, blob_key: 9 });
  } finally {
    db.close();
  }
});
