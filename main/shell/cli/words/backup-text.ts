/** The texts of a backup. Pure. */
import type { BackupAnswer, BackupProgress, LostFile } from '../../../contract/backup-shapes.ts';
import { bytes, count, counted, duration, safe } from '../terminal/format.ts';

export function backupText(progress: BackupProgress): string {
  switch (progress.phase) {
    case 'index':
      return `Copying the index, ${share(progress.index)}`;
    case 'looking':
      return 'Comparing files';
    case 'ending':
      return 'Putting the index in its place';
    case 'copying':
    case 'done': {
      const { files, bytesPerSecond, secondsLeft } = progress;
      const lost = progress.damaged + progress.missing;
      return [
        `${count(files.done)}/${counted(files.total, 'file')}`,
        `${bytes(progress.bytes.done)} of ${bytes(progress.bytes.total)}`,
        ...(bytesPerSecond > 0 ? [`${bytes(bytesPerSecond)}/s`] : []),
        ...(lost > 0 ? [`${count(lost)} damaged or missing`] : []),
        ...(secondsLeft !== null && files.done < files.total ? [`${duration(secondsLeft * 1000)} left`] : []),
      ].join(', ');
    }
  }
}

const share = ({ done, total }: BackupProgress['index']): string =>
  total === 0 ? '0 %' : `${String(Math.floor((100 * done) / total))} %`;

export function lostLine({ path, reason }: LostFile): string {
  switch (reason) {
    case 'damaged':
      return `Damaged, not backed up: ${safe(path)}.`;
    case 'missing':
      return `Missing: ${safe(path)}.`;
    case 'unreadable':
      return `Cannot be read, not backed up: ${safe(path)}.`;
  }
}

export function backupLines(answer: BackupAnswer): string[] {
  const lost = answer.damaged + answer.missing;
  return [
    `${counted(answer.copied, 'file')} copied to ${safe(answer.to)} (${bytes(answer.bytes)}), ${count(answer.there)} there already, ${count(answer.damaged)} damaged, ${count(answer.missing)} missing.`,
    ...(lost > 0 ? ['Mend the library with: chatkeep verify --deep --repair, then back it up again.'] : []),
  ];
}
