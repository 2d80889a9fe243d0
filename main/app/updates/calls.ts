import type { UpdateStatus } from '../../contract/about-shapes.ts';
import { call, type Done } from '../kernel/call.ts';
import { nothing } from '../kernel/inputs.ts';

/** Newer versions: looked for when the person asks or has switched it on, never installed by themselves. */
export const updateCalls = {
  'updates.status': call(nothing).answers<UpdateStatus>(),
  /** Asks the feed; the answer comes with the end. `unsupported` where the app does not update itself (also the next two). */
  'updates.check': call(nothing).answers<UpdateStatus>(),
  /** Begins to download the version that was found; progress comes as `updates.changed`. */
  'updates.download': call(nothing).answers<UpdateStatus>(),
  /** Installs what was downloaded and starts the app again. `busy` while a sync, check or export runs. */
  'updates.install': call(nothing).answers<Done>(),
};
