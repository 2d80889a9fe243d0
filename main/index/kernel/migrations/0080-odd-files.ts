import { type Migration } from './migration.ts';

/** `blob.odd`: a file whose container ends early is kept when the host says twice that it has just these bytes, and marked with what is odd. */
export const oddFiles: Migration = {
  version: 80,
  up(db) {
    db.exec('ALTER TABLE blob ADD COLUMN odd TEXT');
  },
};
