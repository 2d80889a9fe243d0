/** The progress texts of a run. Pure. */
import type { SyncProgress, Wait } from '../../../contract/shapes.ts';
import { bytes, count, counted, duration } from '../terminal/format.ts';

/** Done and known so far, of the files of this run. */
export function filesOf(progress: SyncProgress): { readonly done: number; readonly total: number } {
  const done = progress.counters.files.downloaded + progress.counters.files.failed;
  return { done, total: done + progress.filesLeft };
}

/** The facts of a run in one line, without a bar. */
export function syncText(progress: SyncProgress): string {
  const { counters } = progress;
  const files = filesOf(progress);
  const facts =
    progress.phase === 'chats'
      ? ['Reading the chat list']
      : [
          `${count(progress.chats.done)}/${counted(progress.chats.total, 'chat')}`,
          counted(counters.pages, 'page'),
          `${count(files.done)}/${counted(files.total, 'file')}`,
          bytes(counters.files.bytes + progress.bytesInFlight),
        ];
  if (progress.filesPerSecond > 0 || progress.bytesPerSecond > 0) {
    facts.push(`${rate(progress.filesPerSecond)} files/s`, `${bytes(progress.bytesPerSecond)}/s`);
  }
  if (counters.files.failed > 0) {
    facts.push(`${count(counters.files.failed)} failed`);
  }
  if (progress.secondsLeft !== null && files.done < files.total) {
    facts.push(`${duration(progress.secondsLeft * 1000)} left`);
  }
  return facts.join(', ');
}

/** `Waiting for the service, 42 s`; null when nothing is waited for. `now`: epoch ms. */
export function waitText(waits: readonly Wait[], now: number): string | null {
  const [first] = [...waits].sort((a, b) => GRAVITY[b.reason] - GRAVITY[a.reason]);
  if (first === undefined) {
    return null;
  }
  const seconds = first.until === null ? null : Math.max(0, Math.ceil((first.until - now) / 1000));
  const countdown = seconds === null ? '' : `, ${duration(Math.max(seconds, 0) * 1000).replace('.0 s', ' s')}`;
  switch (first.reason) {
    case 'rate':
      return `Waiting for the service${countdown}`;
    case 'backoff':
      return `The service failed, trying again${countdown}`;
    case 'host':
      return `Waiting for the media host${countdown}`;
    case 'disk':
      return first.needed === null ? 'Waiting for disk space' : `Waiting for ${bytes(first.needed)} of disk space`;
    case 'offline':
      return 'Waiting for the library folder';
  }
}

const GRAVITY: Readonly<Record<Wait['reason'], number>> = { offline: 4, disk: 3, backoff: 2, rate: 1, host: 0 };

export interface Checked {
  readonly checked: number;
  readonly bytes: number;
  readonly total: number;
}

export function verifyText(progress: Checked): string {
  return `${count(progress.checked)}/${counted(progress.total, 'file')} checked, ${bytes(progress.bytes)}`;
}

function rate(value: number): string {
  return value < 10 ? value.toFixed(1) : count(Math.round(value));
}
