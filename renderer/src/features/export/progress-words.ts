import type { ExportJob, ExportStatus } from '../../../../main/contract/export-shapes.ts';
import { format, t } from '../../i18n/index.ts';

export interface ExportWords {
  readonly title: string;
  /** One line of numbers. */
  readonly detail: string;
  /** 0 to 1; null while it is not known how much there is. */
  readonly share: number | null;
}

/** The last part of a path, as people speak of a folder; the path itself where it has no parts. */
export function folderName(dir: string): string {
  return dir.split(/[\\/]/).findLast((part) => part !== '') ?? dir;
}

/** How far it is: by bytes where files are copied, by files where they are linked, by messages while the PDF is made. */
export function shareOf({ bytes, files, method, pdf }: ExportStatus): number | null {
  const { done, total } = pdf ?? ((method === 'copy' || method === 'zip') && bytes.total > 0 ? bytes : files);
  return total > 0 ? Math.min(1, done / total) : null;
}

/** A short result of an ended export: the numbers that are not zero. */
function outcomeOf({ written, skipped, failed, unavailable }: ExportStatus): string {
  const parts = [t.exports.writtenShort(written)];
  if (skipped > 0) {
    parts.push(t.exports.skippedShort(skipped));
  }
  if (failed > 0) {
    parts.push(t.exports.failedShort(failed));
  }
  if (unavailable > 0) {
    parts.push(t.exports.notStoredShort(unavailable));
  }
  return parts.join(' · ');
}

/** An export in two lines. `stopping`: it was asked to stop and has not yet. */
export function describeExport(status: ExportStatus, stopping: boolean): ExportWords {
  const { state, files, failed } = status;
  const share = shareOf(status);
  const far =
    status.pdf !== null
      ? t.exports.pdf(status.pdf.done, status.pdf.total)
      : files.total > 0
        ? t.exports.files(files.done, files.total)
        : '';
  if (stopping && status.endedAt === null) {
    return { title: t.exports.stopping, detail: far, share };
  }
  switch (state) {
    case 'done':
      return {
        title: failed > 0 ? t.exports.doneWith(failed) : t.exports.titles.done,
        detail: outcomeOf(status),
        share: null,
      };
    case 'failed':
      return { title: t.exports.titles.failed, detail: status.problem?.message ?? far, share: null };
    case 'stopped':
      return { title: t.exports.titles.stopped, detail: far, share: null };
    case 'planning':
    case 'writing':
    case 'papers':
    case 'paused': {
      const left =
        status.secondsLeft === null || state === 'paused'
          ? ''
          : t.exports.left(format.duration(status.secondsLeft * 1000));
      return { title: t.exports.titles[state], detail: [far, left].filter((part) => part !== '').join(' · '), share };
    }
  }
}

/** Told to screen readers: a change of state, and every tenth on the way. */
export function spokenExport(status: ExportStatus, stopping: boolean): string {
  const { title, share, detail } = describeExport(status, stopping);
  if (status.endedAt !== null) {
    return `${title}. ${detail}`;
  }
  return share === null ? title : `${title}, ${format.percent(Math.floor(share * 10) / 10)}`;
}

/** `running` only while this very folder is written. */
export type JobState = 'running' | 'done' | 'failures' | 'stopped';

export function jobStateOf(job: ExportJob, now: ExportStatus | null): JobState {
  if (now !== null && now.endedAt === null && now.dir === job.dir) {
    return 'running';
  }
  return !job.finished ? 'stopped' : job.failed > 0 ? 'failures' : 'done';
}

/** The numbers in the row of a past export. */
export function jobFacts(job: ExportJob): string {
  const parts = [t.common.files(job.files), format.bytes(job.bytes)];
  if (job.waiting > 0) {
    parts.push(t.exports.waitingShort(job.waiting));
  }
  if (job.failed > 0) {
    parts.push(t.exports.failedShort(job.failed));
  }
  if (job.unavailable > 0) {
    parts.push(t.exports.notStoredShort(job.unavailable));
  }
  return parts.join(' · ');
}

export const reasonOf = (reason: string): string => t.exports.reasons[reason] ?? t.exports.reasonUnknown;
