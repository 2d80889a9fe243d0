import type { SyncHooks } from '../../app/sync/sync-accounts.ts';
import type { Answers } from './answers.ts';
import { safe } from './format.ts';
import type { ProgressView } from './progress-view.ts';

/** Shows active runs: the account's name where there are several, bars or lines, and each problem as one line. */
export function syncHooks(answers: Answers, view: ProgressView, accounts: number): SyncHooks {
  return {
    onAccount: (account) => {
      if (accounts > 1) {
        view.say(`Account ${account.id} "${safe(account.name)}":`);
      }
    },
    onProgress: (progress) => {
      if (progress.phase !== 'ending') {
        view.sync(progress);
      }
    },
    onEnd: ({ problem }) => {
      view.end();
      if (problem !== null) {
        answers.error(problem);
      }
    },
  };
}
