import { addAccount } from './account.ts';
import { addBackup } from './backup.ts';
import { addChanges } from './changes.ts';
import { addChats } from './chats.ts';
import type { AddCommand } from '../options/command.ts';
import { addDemo } from './demo.ts';
import { addDiagnose } from './diagnose.ts';
import { addExport } from './export.ts';
import { addLedger } from './ledger.ts';
import { addMedia } from './media.ts';
import { addMessages } from './messages.ts';
import { addRuns } from './runs.ts';
import { addSandbox } from './sandbox.ts';
import { addSearch } from './search.ts';
import { addServe } from './serve.ts';
import { addSync } from './sync.ts';
import { addVerify } from './verify.ts';
import { addWatch } from './watch.ts';

/** In the order of the help. */
export const COMMANDS: readonly AddCommand[] = [
  addAccount,
  addChats,
  addSync,
  addWatch,
  addLedger,
  addMedia,
  addMessages,
  addSearch,
  addExport,
  addChanges,
  addRuns,
  addVerify,
  addBackup,
  addDiagnose,
  addServe,
  addSandbox,
  addDemo,
];
