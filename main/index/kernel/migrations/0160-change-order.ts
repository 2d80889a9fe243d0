import { type Migration } from './migration.ts';

/** Changes of a kind, a chat or a run, newest first, whatever of a million others lies between them. */
export const changeOrder: Migration = {
  version: 160,
  up(db) {
    db.exec(`
DROP INDEX change_run;
CREATE INDEX change_run ON change (run_id, at);
CREATE INDEX change_field ON change (field, at);
CREATE INDEX change_chat ON change (chat_id, at) WHERE chat_id IS NOT NULL;
`);
  },
};
