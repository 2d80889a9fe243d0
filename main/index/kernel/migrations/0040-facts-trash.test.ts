import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EVERYTHING } from '../../../contract/shapes.ts';
import { READS } from '../../reads.ts';
import { connect, type Connection } from '../database.ts';
import { monthOf } from '../../../lib/month.ts';
import { openConnection } from '../open-connection.ts';
import { expectedItems, maintainedItems } from '../../testing/recount.ts';
import { first } from './0010-first.ts';
import { exportJobs } from './0020-export.ts';
import { labels } from './0030-labels.ts';
import { migrate } from './migrate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0040-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Sizes, lengths, bytes at and around every edge; times at the ends of months, of leap years and of what a date can be. */
const WIDTHS = [null, 0, 100, 104, 105, 150, 4000, 1] as const;
const HEIGHTS = [null, 100, 100, 100, 100, 100, 3000, 9999] as const;
const LENGTHS = [null, 0, 9999, 10_000, 59_999, 60_000, 299_999, 300_000, 1_199_999, 1_200_000, 9e8] as const;
const SIZES = [
  0, 1, 999_999, 1_000_000, 9_999_999, 10_000_000, 99_999_999, 100_000_000, 999_999_999, 1e9, 5e12,
] as const;
const TIMES = [
  0,
  Date.UTC(1970, 1, 1) - 1,
  Date.UTC(2000, 1, 29, 12),
  Date.UTC(2000, 2, 1),
  Date.UTC(2024, 1, 29, 23, 59, 59, 999),
  Date.UTC(2024, 2, 1),
  Date.UTC(2023, 11, 31, 23, 59, 59, 999),
  Date.UTC(2100, 1, 28, 23),
  Date.UTC(9999, 11, 31),
  Date.UTC(12_345, 6, 7),
  8.64e15,
] as const;

/** As version 0.1 wrote it: two chats, 200 media, some of them in both. */
function fill(old: Connection): void {
  old.run(
    "INSERT INTO account (id, api_base, identity, user_id, name, created_at) VALUES (1, 'https://api.example', 'user:1', 1, 'Mine', 5)",
  );
  for (const chat of [1, 2]) {
    old.run("INSERT INTO chat (key, account_id, id, listed_at, raw) VALUES (?, 1, ?, 0, '{}')", chat, 6 + chat);
  }
  for (let number = 1; number <= 200; number += 1) {
    const bytes = SIZES[number % SIZES.length] ?? 0;
    const duration = LENGTHS[(number * 3) % LENGTHS.length] ?? null;
    old.run(
      `INSERT INTO media (key, account_id, id, kind, kind_raw, width, height, duration_ms, state, bytes, first_seen) VALUES (?, 1, ?, ?, '', ?, ?, ?, 0, ?, 1)`,
      number,
      1000 + number,
      number % 4,
      WIDTHS[number % WIDTHS.length] ?? null,
      HEIGHTS[number % HEIGHTS.length] ?? null,
      duration,
      bytes,
    );
    if (bytes > 0) {
      old.run(
        "INSERT INTO blob (key, sha256, bytes, mime, ext, stored_at) VALUES (?, ?, ?, 'image/jpeg', 'jpg', 1)",
        number,
        Buffer.from(number.toString(16).padStart(64, '0'), 'hex'),
        bytes,
      );
      old.run(
        'INSERT INTO file (id, media_key, variant, state, blob_key) VALUES (?, ?, 0, 1, ?)',
        number * 4,
        number,
        number,
      );
    }
    for (const chat of number % 5 === 0 ? [1, 2] : [1]) {
      const sentAt = TIMES[(number + chat) % TIMES.length] ?? 0;
      const message = old.insert(
        `INSERT INTO message (chat_key, id, sender_id, sent_at, dated, text, flags, first_seen, last_seen, passes, content_hash)
         VALUES (?, ?, ?, ?, 1, '', 0, 1, 1, 1, 0)`,
        chat,
        number,
        number % 3 === 0 ? 1 : 7,
        sentAt,
      );
      old.run(
        'INSERT INTO message_media (message_key, media_key, position, state, teaser) VALUES (?, ?, 0, 0, 0)',
        message,
        number,
      );
      old.run(
        `INSERT INTO item (chat_key, sent_at, media_key, message_key, account_id, kind, ledger_state, side, lead) VALUES (?, ?, ?, ?, 1, ?, ?, ?, 0)`,
        chat,
        sentAt,
        number,
        message,
        number % 4,
        bytes > 0 ? 0 : 1,
        number % 3 === 0 ? 1 : 0,
      );
    }
    old.run(
      `UPDATE item SET lead = 1 WHERE media_key = ? AND chat_key =
         (SELECT chat_key FROM item WHERE media_key = ? ORDER BY sent_at DESC, chat_key DESC LIMIT 1)`,
      number,
      number,
    );
  }
  for (const scope of ['i.chat_key', '-i.account_id']) {
    for (const row of old.all<Record<string, number>>(
      `SELECT ${scope} AS scope, sent_at AS sentAt, i.kind, ledger_state AS ledger, x.bytes FROM item i JOIN media x ON x.key = i.media_key
       WHERE ${scope} > 0 OR lead = 1`,
    )) {
      old.run(
        `INSERT INTO tally VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT DO UPDATE SET n = n + 1, bytes = bytes + excluded.bytes`,
        row.scope ?? 0,
        monthOf(row.sentAt ?? 0),
        row.kind ?? 0,
        row.ledger ?? 0,
        row.bytes ?? 0,
      );
    }
  }
  old.run('INSERT INTO label_media (media_key, label_id, at) VALUES (7, 1, 1)');
}

test('a library of the shape before keeps every row and gets the facts, ratios and counts that a recount finds', () => {
  const path = join(folder, 'index.sqlite');
  const old = connect(path, 'write');
  migrate(old, [first, exportJobs, labels], () => undefined);
  old.transaction('write', () => {
    fill(old);
  });
  const rows = old.all('SELECT chat_key, sent_at, media_key, message_key, kind, ledger_state, side, lead FROM item');
  old.close();

  const db = openConnection(path, 'writer');
  try {
    expect(
      db.all('SELECT chat_key, sent_at, media_key, message_key, kind, ledger_state, side, lead FROM item'),
    ).toEqual(rows);
    const truth = expectedItems(db);
    const kept = maintainedItems(db);
    expect(kept.lines).toEqual(truth.lines);
    expect(kept.facets).toEqual(truth.facets);
    expect(kept.totals).toEqual(truth.totals);
    expect(kept.tally).toEqual(truth.tally);
    expect(kept.removed).toEqual([]);
    expect(db.all('PRAGMA foreign_key_check')).toEqual([]);
    expect(db.all('PRAGMA quick_check')).toEqual([{ quick_check: 'ok' }]);
    expect(READS.mediaCounts(db, { filter: { ...EVERYTHING, sender: 'me' }, timeZone: 'UTC' }).count).toBe(66);
    expect(READS.labels(db, {}).favourites).toBe(1);
    expect(READS.trashSummary(db, {})).toEqual({ count: 0, bytes: 0 });
  } finally {
    db.close();
  }
});
