import { assertNever } from '../../lib/assert-never.ts';
import type { ErrorCode } from '../../lib/app-error.ts';

/** The exit codes of commands (docs/cli.md). */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  incomplete: 3,
  refused: 4,
  library: 5,
  diskFull: 6,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code of a command that ended with this error. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  switch (code) {
    case 'usage':
    case 'chat_unknown':
    case 'account_unknown':
    case 'account_missing':
      return EXIT.usage;
    case 'service_unreachable':
    case 'service_unusable':
    case 'links_refused':
    case 'target_unusable':
      return EXIT.incomplete;
    case 'key_refused':
    case 'connection_refused':
    case 'permission_missing':
    case 'keystore_unusable':
      return EXIT.refused;
    case 'library_locked':
    case 'library_newer':
    case 'library_damaged':
    case 'library_not_one':
    case 'library_unwritable':
    case 'media_offline':
      return EXIT.library;
    case 'disk_full':
      return EXIT.diskFull;
    case 'interrupted':
      return EXIT.interrupted;
    default:
      return assertNever(code, 'error code');
  }
}

/** From what ends everything to what only asks for another run. */
const GRAVEST_FIRST: readonly ExitCode[] = [
  EXIT.bug,
  EXIT.interrupted,
  EXIT.diskFull,
  EXIT.library,
  EXIT.refused,
  EXIT.usage,
  EXIT.incomplete,
];

/** The one code for several results. */
export function gravest(codes: readonly ExitCode[]): ExitCode {
  return GRAVEST_FIRST.find((code) => codes.includes(code)) ?? EXIT.done;
}
