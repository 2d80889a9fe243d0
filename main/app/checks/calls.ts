import { z } from 'zod';
import type { CheckReport } from '../../contract/shapes.ts';
import { call, type Done } from '../kernel/call.ts';
import { nothing } from '../kernel/inputs.ts';

export const checkCalls = {
  /** Starts a check of the library against its disk; progress comes as `check.progress`. `busy` while one runs. */
  'library.check': call(z.strictObject({ deep: z.boolean(), repair: z.boolean() })).answers<Done>(),
  /** Stops the running check; what it found so far is not kept. Done, too, when none runs. */
  'library.cancelCheck': call(nothing).answers<Done>(),
  /** The running or the last check, of this start or an earlier one, from whichever shell; null when there was none. */
  'library.lastCheck': call(nothing).answers<CheckReport | null>(),
};
