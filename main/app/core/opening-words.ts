import type { UpgradeProgress } from '../../index/kernel/upgrade.ts';

/** Local drives are what SQLite's log and locks are made for. */
/** A folder without permission to write, or a drive that is mounted so. */
export const READ_ONLY = 'This library is read-only.';

export const NETWORK_DRIVE =
  'The library lies on a network drive: it is slow there, and no other machine may open it at the same time.';

/** One line for people about an older library that is brought up to date. Pure. */
export function upgradeLine(progress: UpgradeProgress): string {
  switch (progress.stage) {
    case 'copying':
      return `The library is from an older version (schema ${String(progress.from)}). Its index (${mebibytes(progress.bytes)}) is copied first, to ${progress.copy}`;
    case 'changing':
      return `The index is brought up to date: step ${String(progress.step)} of ${String(progress.of)}. Files are not touched.`;
    case 'shrinking':
      return `The index is made smaller: ${mebibytes(progress.bytes)} of it are empty. This is done once, and files are not touched.`;
    case 'done':
      return `The index is up to date (schema ${String(progress.to)}). The copy of the old one stays: ${progress.copy}`;
  }
}

function mebibytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 1024 / 1024)).toLocaleString('en')} MiB`;
}
