import { type Migration } from './migration.ts';

/** The next Bates number of each prefix: pages of later exports go on with it, and no number is given twice. */
export const bates: Migration = {
  version: 150,
  up(db) {
    db.exec(`
CREATE TABLE bates (
  prefix TEXT NOT NULL PRIMARY KEY,
  next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`);
  },
};
