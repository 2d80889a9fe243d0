import { first } from './0010-first.ts';
import { exportJobs } from './0020-export.ts';
import { labels } from './0030-labels.ts';
import { factsAndTrash } from './0040-facts-trash.ts';
import { exportPapers } from './0050-export-papers.ts';
import { changeAccounts } from './0060-change-accounts.ts';
import { exportNames } from './0070-export-names.ts';
import { oddFiles } from './0080-odd-files.ts';
import { searchWords } from './0090-search-words.ts';
import { exportZone } from './0100-export-zone.ts';
import { otherFiles } from './0110-other-files.ts';
import { rawBlocks } from './0120-raw-blocks.ts';
import { trade } from './0130-trade.ts';
import { colours } from './0140-colours.ts';
import { bates } from './0150-bates.ts';
import { changeOrder } from './0160-change-order.ts';
import { searchOrder } from './0170-search-order.ts';
import { chatOrder } from './0180-chat-order.ts';
import { sums } from './0190-sums.ts';
import { chatNames } from './0200-chat-names.ts';
import { removedSums } from './0210-removed-sums.ts';
import { labelSums } from './0220-label-sums.ts';
import { valueOrder } from './0230-value-order.ts';
import { type Migration } from './migration.ts';

/** Every step, oldest first. */
export const MIGRATIONS: readonly Migration[] = [
  first,
  exportJobs,
  labels,
  factsAndTrash,
  exportPapers,
  changeAccounts,
  exportNames,
  oddFiles,
  searchWords,
  exportZone,
  otherFiles,
  rawBlocks,
  trade,
  colours,
  bates,
  changeOrder,
  searchOrder,
  chatOrder,
  sums,
  chatNames,
  removedSums,
  labelSums,
  valueOrder,
];

export const SCHEMA_VERSION: number = MIGRATIONS.at(-1)?.version ?? 0;
