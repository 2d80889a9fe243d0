import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packFlags, unpackFlags } from '../../../lib/message-flags.ts';
import { expectedItems, maintainedItems } from '../../testing/recount.ts';
import { connect } from '../database.ts';
import { MIGRATIONS } from './index.ts';
import { migrate } from './migrate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0130-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const SAID = [null, true, false];
const REASONS = [null, '', 'opened'];

test('an older index gets the terms of all its messages, removed items too, and its counts again', () => {
  const db = connect(join(folder, 'index.sqlite'), 'write');
  try {
    migrate(
      db,
      MIGRATIONS.filter(({ version }) => version < 130),
      () => undefined,
    );
    db.exec(`
      INSERT INTO account (id, api_base, identity, name, user_id, created_at) VALUES (1, 'a', 'i', 'n', 1, 0);
      INSERT INTO chat (key, account_id, id, listed_at, raw) VALUES (70, 1, 7, 0, '{}');
      INSERT INTO removal (id, at) VALUES (1, 0);
    `);
    let key = 0;
    for (const isFree of SAID) {
      for (const isOpened of SAID) {
        for (const canPurchase of SAID) {
          for (const isTip of SAID) {
            for (const reason of REASONS) {
              key += 1;
              const removed = key % 7 === 0;
              const at = key * 86_400_000;
              db.run(
                `INSERT INTO message (key, chat_key, id, sender_id, sent_at, dated, text, flags, purchase_reason, first_seen, last_seen, passes, content_hash)
                 VALUES (?, 70, ?, 7, ?, 0, '', ?, ?, 0, 0, 0, 0)`,
                key,
                key,
                at,
                packFlags({ ...unpackFlags(0), isFree, isOpened, canPurchase, isTip, isLiked: true }),
                reason,
              );
              db.run(
                "INSERT INTO media (key, account_id, id, kind, kind_raw, state, first_seen, removal) VALUES (?, 1, ?, 0, 'photo', 0, 0, ?)",
                key,
                key,
                removed ? 1 : null,
              );
              db.run('INSERT INTO message_media VALUES (?, ?, 0, 0, 0)', key, key);
              db.run(
                `INSERT INTO ${removed ? 'removed_item' : 'item'} (chat_key, sent_at, media_key, message_key, account_id, kind, ledger_state, side, lead, facts, ratio, bytes)
                 VALUES (70, ?, ?, ?, 1, 0, (SELECT 6), 1, 1, 0, 255, 0)`,
                at,
                key,
                key,
              );
            }
          }
        }
      }
    }
    migrate(db, MIGRATIONS, () => undefined);
    const { lines, removed, facets } = maintainedItems(db);
    const truth = expectedItems(db);
    const factsOf = (rows: readonly string[]): unknown[] =>
      rows.map((row) => (JSON.parse(row) as unknown[]).toSpliced(5, 2)).sort();
    expect(lines).toHaveLength(key - Math.floor(key / 7));
    expect(factsOf(lines)).toEqual(factsOf(truth.lines));
    expect(factsOf(removed)).toEqual(factsOf(truth.removed));
    expect(facets.length).toBe(truth.facets.length);
  } finally {
    db.close();
  }
});
