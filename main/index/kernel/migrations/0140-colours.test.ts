import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EVERYTHING } from '../../../contract/shapes.ts';
import { READS } from '../../reads.ts';
import { WRITES } from '../../writes.ts';
import { connect } from '../database.ts';
import { openConnection } from '../open-connection.ts';
import { MIGRATIONS } from './index.ts';
import { migrate } from './migrate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0140-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('an older index keeps its rows and shapes; its pictures are looked at by and by, the smallest file of each', () => {
  const path = join(folder, 'index.sqlite');
  const old = connect(path, 'write');
  migrate(
    old,
    MIGRATIONS.filter(({ version }) => version < 140),
    () => undefined,
  );
  old.exec(`
    INSERT INTO account (id, api_base, identity, name, created_at) VALUES (1, 'a', 'i', 'n', 0);
    INSERT INTO chat (key, account_id, id, listed_at, raw) VALUES (70, 1, 7, 0, '{}');
    INSERT INTO message (key, chat_key, id, sent_at, dated, text, flags, first_seen, last_seen, passes, content_hash)
      VALUES (700, 70, 1, 5, 0, '', 0, 0, 0, 0, 0);
    INSERT INTO media (key, account_id, id, kind, kind_raw, width, state, first_seen)
      VALUES (3, 1, 11, 0, 'photo', 100, 0, 0), (4, 1, 12, 2, 'audio', NULL, 0, 0);
    INSERT INTO item (chat_key, sent_at, media_key, message_key, account_id, kind, ledger_state, side, lead, facts, ratio, bytes)
      VALUES (70, 5, 3, 700, 1, 0, 0, 0, 1, 0, 250, 1), (70, 5, 4, 700, 1, 2, 0, 0, 1, 0, 255, 1);
    INSERT INTO blob (key, sha256, bytes, mime, ext, stored_at)
      VALUES (9, x'ab', 1, 'image/jpeg', 'jpg', 0), (10, x'cd', 1, 'image/jpeg', 'jpg', 0), (11, x'ef', 1, 'audio/mpeg', 'mp3', 0);
    INSERT INTO file (id, media_key, variant, state, blob_key) VALUES (12, 3, 0, 1, 9), (14, 3, 2, 1, 10), (16, 4, 0, 1, 11);
  `);
  old.close();
  const db = openConnection(path, 'writer');
  const layout = () => READS.mediaLayout(db, { filter: EVERYTHING, from: 0, to: 10, timeZone: 'UTC', after: null });
  try {
    const { ratios } = layout();
    expect([...Buffer.from(ratios, 'base64')]).toEqual([255, 250]);
    expect(READS.uncoloured(db, { limit: 9 })).toEqual([
      { mediaKey: 3, sha256: 'cd', ext: 'jpg' },
      { mediaKey: 4, sha256: null, ext: null },
    ]);
    db.transaction('write', () => {
      WRITES.noteColours(db, {
        colours: [
          { mediaKey: 3, colour: 32_767 },
          { mediaKey: 4, colour: 0 },
        ],
      });
    });
    expect(READS.uncoloured(db, { limit: 9 })).toEqual([]);
    expect(layout()).toMatchObject({ ratios, colours: Buffer.from([0, 0, 255, 127]).toString('base64') });
  } finally {
    db.close();
  }
});
