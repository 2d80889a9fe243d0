/**
 * An error a person can act on: one line that says what happened and with what, and a hint with the next step.
 * Codes are a closed list because scripts read them (`--json`) and screens choose their words by them.
 */
export const ERROR_CODES = [
  'usage',
  'key_refused',
  'connection_refused',
  'permission_missing',
  'service_unreachable',
  'service_unusable',
  'chat_unknown',
  'library_locked',
  'library_newer',
  'library_damaged',
  'library_not_one',
  'library_unwritable',
  'disk_full',
  'media_offline',
  'account_unknown',
  'account_missing',
  'keystore_unusable',
  'interrupted',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.hint = hint;
  }
}
