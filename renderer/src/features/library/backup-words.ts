import type { LibraryCopy } from '../../../../main/contract/backup-shapes.ts';
import { format, t } from '../../i18n/index.ts';

/** How far a copy is, in a line that breaks between its facts alone. */
export function factsOf({ phase, files, bytes, bytesPerSecond, secondsLeft }: LibraryCopy): string {
  if (phase !== 'copying') {
    return t.backup.phases[phase];
  }
  return [
    t.backup.files(files.done, files.total),
    t.backup.bytes(format.bytes(bytes.done), format.bytes(bytes.total)),
    ...(bytesPerSecond > 0 ? [t.backup.perSecond(format.bytes(bytesPerSecond))] : []),
    ...(secondsLeft === null ? [] : [t.backup.left(format.duration(secondsLeft * 1000))]),
  ]
    .map((fact) => fact.replaceAll(' ', '\u00a0'))
    .join(' · ');
}
