import type { CallName, CallOutput, CallResult } from '../../../main/app/calls.ts';
import { readWireError } from '../../../main/contract/errors.ts';

/**
 * Reads what came over a wire as the result of a call. The shape of `ok` is checked; the value is the app's word, and both sides are
 * built from one contract, so it is taken as typed.
 */
export function readResult<Name extends CallName>(answer: unknown): CallResult<Name> {
  if (typeof answer === 'object' && answer !== null && 'ok' in answer) {
    if (answer.ok === true && 'value' in answer) {
      return { ok: true, value: answer.value as CallOutput<Name> };
    }
    if (answer.ok === false && 'error' in answer) {
      return { ok: false, error: readWireError(answer.error) };
    }
  }
  return { ok: false, error: readWireError(null) };
}
