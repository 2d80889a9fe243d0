/**
 * An error a person can act on: one line that says what happened and with what, and a hint with the next step.
 * Codes are a closed list because scripts read them (`--json`) and screens choose their words by them.
 */
import { APP_ERROR_CODES, type AppErrorCode } from '../contract/errors.ts';

export const ERROR_CODES = APP_ERROR_CODES;
export type ErrorCode = AppErrorCode;

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

/** What any thrown value says. Not for people: see `AppError`. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
