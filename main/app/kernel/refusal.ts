import { ApiError } from '../../api/errors.ts';
import { ABORTED, err, type BridgeErrorCode, type WireError } from '../../contract/errors.ts';
import { StoreError } from '../../files/interface.ts';
import { type AppError } from '../../lib/app-error.ts';
import { wordsFor } from './error-words.ts';
import type { Logger } from './log.ts';

/** The reason of a refused call: one of the codes that only the dispatcher may create. */
export class Refusal extends Error {
  readonly code: Exclude<BridgeErrorCode, 'aborted' | 'internal' | 'disconnected'>;
  readonly hint: string;

  constructor(code: Refusal['code'], message: string, hint = '') {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.hint = hint;
  }
}

/** An error that has its words already. */
export class WireFault extends Error {
  readonly wire: WireError;

  constructor(wire: WireError) {
    super(wire.message);
    this.name = 'WireFault';
    this.wire = wire;
  }
}

export const notFound = (what: string): Refusal => new Refusal('not_found', `${what} is not in the library.`);

/** What was found; Refusal `not_found` for null. */
export function present<Found>(found: Found | null, what: string): Found {
  if (found === null) {
    throw notFound(what);
  }
  return found;
}

/** Any thrown thing as the error of a result. An error that nobody can act on becomes `internal`: the log has the details, the page has none. */
export function toWireError(
  error: unknown,
  context: { readonly call: string; readonly aborted: boolean; readonly log: Pick<Logger, 'error'> },
): WireError {
  if (context.aborted || isAbort(error)) {
    return ABORTED.error;
  }
  if (error instanceof Refusal) {
    return { code: error.code, message: error.message, hint: error.hint };
  }
  if (error instanceof WireFault) {
    return error.wire;
  }
  const words = wordsFor(error, false);
  if (words !== null) {
    return appWireError(words);
  }
  context.log.error('a call failed', error, { call: context.call });
  return INTERNAL;
}

const INTERNAL: WireError = err('internal', 'The request failed unexpectedly.', 'Try again; the log says more.').error;

const appWireError = (error: AppError): WireError => ({
  code: error.code,
  message: error.message,
  hint: error.hint,
});

function isAbort(error: unknown): boolean {
  return (
    ((error instanceof ApiError || error instanceof StoreError) && error.code === 'aborted') ||
    (error instanceof Error && error.name === 'AbortError')
  );
}
