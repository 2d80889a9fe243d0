import { err, ok } from '../contract/errors.ts';
import { CALLS, type CallName, type CallResult, type Handler } from './calls.ts';
import type { Logger } from './kernel/log.ts';
import { toWireError } from './kernel/refusal.ts';

/** Checks the input, asks the handler and makes whatever happens a `Result`. Never rejects. */
export async function answerCall<Name extends CallName>(
  name: Name,
  handler: Handler<Name>,
  input: unknown,
  signal: AbortSignal,
  log: Pick<Logger, 'error'>,
): Promise<CallResult<Name>> {
  try {
    const parsed = CALLS[name].input.safeParse(input);
    if (!parsed.success) {
      // The place of the fault, never the value: it may be a key.
      const [issue] = parsed.error.issues;
      return err('bad_input', `The input of ${name} does not fit: ${issue?.path.join('.') || 'as a whole'}.`);
    }
    return ok(await handler(parsed.data, signal));
  } catch (error) {
    return { ok: false, error: toWireError(error, { call: name, aborted: signal.aborted, log }) };
  }
}
