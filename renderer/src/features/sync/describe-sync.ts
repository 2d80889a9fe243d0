import type { SyncStatus } from '../../../../main/contract/shapes.ts';
import { format, t } from '../../i18n/index.ts';

export interface SyncWords {
  readonly title: string;
  /** One line of numbers. */
  readonly detail: string;
  /** 0 to 1; null while the number of files is not known. */
  readonly share: number | null;
}

/** Whole seconds until a wait ends; null when it is not known. Never below 1, so that it does not say 0 while it waits. */
export const secondsUntil = (until: number | null, now: number): number | null =>
  until === null ? null : Math.max(1, Math.ceil((until - now) / 1000));

/** A sync in two lines. The time is asked for only while it counts down. */
export function describeSync(sync: SyncStatus, now: () => number): SyncWords {
  const share = sync.filesTotal > 0 ? Math.min(1, sync.filesDone / sync.filesTotal) : null;
  const files = t.sync.files(sync.filesDone, sync.filesTotal);
  const wait = sync.waits.find((each) => each.kind === 'rateLimit');
  const seconds = wait === undefined ? null : secondsUntil(wait.until, now());
  switch (sync.state) {
    case 'idle':
      return { title: t.sync.idle, detail: '', share: null };
    case 'pausing':
      return { title: t.sync.pausing, detail: files, share };
    case 'cancelling':
      return { title: t.sync.cancelling, detail: files, share };
    case 'paused':
      return { title: t.pauses[sync.pauseReason ?? 'person'], detail: files, share };
    case 'running': {
      const rest =
        sync.secondsLeft === null
          ? seconds === null
            ? null
            : t.sync.waiting(t.activity.seconds(seconds))
          : t.sync.left(format.duration(sync.secondsLeft * 1000));
      return {
        title: share === null ? t.sync.listing : t.sync.syncing,
        detail: rest === null ? files : `${files} · ${rest}`,
        share,
      };
    }
  }
}
