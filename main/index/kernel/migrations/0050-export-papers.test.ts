import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EXPORT_EDITS } from '../../exports/export-papers.ts';
import { connect } from '../database.ts';
import { openConnection } from '../open-connection.ts';
import { factsAndTrash } from './0040-facts-trash.ts';
import { first } from './0010-first.ts';
import { exportJobs } from './0020-export.ts';
import { labels } from './0030-labels.ts';
import { migrate } from './migrate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0050-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('edits noticed before the index of edits are found by it', () => {
  const path = join(folder, 'index.sqlite');
  const old = connect(path, 'write');
  migrate(old, [first, exportJobs, labels, factsAndTrash], () => undefined);
  old.run(
    "INSERT INTO change (at, field, chat_id, message_id, before, after) VALUES (5, 'message.text', 7, 70, 'a', 'b')",
  );
  old.run(
    "INSERT INTO change (at, field, chat_id, message_id, before, after) VALUES (6, 'message.gone', 7, 70, NULL, '6')",
  );
  old.close();
  const db = openConnection(path, 'writer');
  try {
    expect(db.all(EXPORT_EDITS, '[[70,7,1],[71,7,1]]')).toEqual([{ place: 0, at: 5, text: 'a' }]);
    const steps = db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${EXPORT_EDITS}`, '[]');
    expect(steps.map(({ detail }) => detail).join()).toContain('c USING INDEX change_text (message_id=?)');
  } finally {
    db.close();
  }
});
