import { type Migration } from './migration.ts';

/**
 * The time zone of the dates in an export's names, as an IANA name: the one that was this computer's when the export was made. Names
 * once given stay, wherever the export is carried on. Exports of before wrote `{date}` in UTC and keep to it.
 */
export const exportZone: Migration = {
  version: 100,
  up(db) {
    db.exec("ALTER TABLE export_job ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC'");
  },
};
