/**
 * Errors as values. Everything that can go wrong on the far side of a bridge has one of these codes; the code is what screens and
 * scripts decide by, `message` and `hint` are what a person reads when a screen has no better words.
 */

/** Errors the application itself raises (`AppError`), also printed by the command line. */
export const APP_ERROR_CODES = [
  'usage',
  'key_refused',
  'connection_refused',
  'permission_missing',
  'service_unreachable',
  'service_unusable',
  'links_refused',
  'chat_unknown',
  'library_locked',
  'library_newer',
  'library_damaged',
  'library_not_one',
  'library_unwritable',
  'disk_full',
  'target_unusable',
  'media_offline',
  'account_unknown',
  'account_missing',
  'keystore_unusable',
  'interrupted',
] as const;
export type AppErrorCode = (typeof APP_ERROR_CODES)[number];

/** Errors of the way between two worlds; only bridges and the dispatcher make these. */
const BRIDGE_ERROR_CODES = [
  /** The caller gave up (`signal`). A result like any other: never thrown, never shown. */
  'aborted',
  /** The input does not fit the call's schema. */
  'bad_input',
  /** No call of that name. */
  'unknown_call',
  /** A well-formed id of something that is not there. */
  'not_found',
  /** The thing asked for excludes the current work (a second sync, a move while a check runs). */
  'busy',
  /** The shell cannot do this (no folder dialog in a browser). */
  'unsupported',
  /** The far side did not answer: process gone, server stopped, session over. */
  'disconnected',
  /** The session is not allowed in: token or cookie missing or used up. */
  'unauthorised',
  /** A bug. Details are in the log and nowhere else. */
  'internal',
] as const;
export type BridgeErrorCode = (typeof BRIDGE_ERROR_CODES)[number];

export const WIRE_ERROR_CODES = [...APP_ERROR_CODES, ...BRIDGE_ERROR_CODES] as const;
export type WireErrorCode = AppErrorCode | BridgeErrorCode;

/** An error in a form that survives every transport. It carries no secrets, no stack, and only paths that the person chose. */
export interface WireError {
  readonly code: WireErrorCode;
  /** One line: what happened and with what. */
  readonly message: string;
  /** The next step; '' when there is none. */
  readonly hint: string;
}

/** The answer to every call. */
export type Result<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: WireError };

export const ok = <Value>(value: Value): Result<Value> => ({ ok: true, value });
export const err = (
  code: WireErrorCode,
  message: string,
  hint = '',
): { readonly ok: false; readonly error: WireError } => ({
  ok: false,
  error: { code, message, hint },
});

/** The one answer of a call that was given up. */
export const ABORTED: { readonly ok: false; readonly error: WireError } = err('aborted', 'The request was given up.');

export const isAborted = (result: Result<unknown>): boolean => !result.ok && result.error.code === 'aborted';

const codes: ReadonlySet<string> = new Set(WIRE_ERROR_CODES);
export const isWireErrorCode = (code: unknown): code is WireErrorCode => typeof code === 'string' && codes.has(code);

/** Reads an outside value as a wire error; anything else becomes `internal`, so that a screen always has words. */
export function readWireError(value: unknown): WireError {
  if (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    'message' in value &&
    isWireErrorCode(value.code) &&
    typeof value.message === 'string'
  ) {
    const hint = 'hint' in value && typeof value.hint === 'string' ? value.hint : '';
    return { code: value.code, message: value.message, hint };
  }
  return { code: 'internal', message: 'The answer could not be read.', hint: 'Restart Chatkeep.' };
}
