import type { UpdateStatus } from '../../contract/about-shapes.ts';
import type { UpdatesPort } from '../core/app-ports.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { HandlersOf } from '../kernel/call.ts';
import type { updateCalls } from './calls.ts';

const NONE: UpdateStatus = {
  way: 'none',
  state: 'idle',
  version: null,
  notes: null,
  progress: null,
  checkedAt: null,
  problem: null,
};

interface UpdateContext {
  readonly ports: { readonly updates?: UpdatesPort };
  /** A sentence that names what runs on the library's files; null = nothing. */
  running(): string | null;
}

/** `updates.*`: what the shell can do, and never in the middle of a run. */
export function updateHandlers({ ports: { updates }, running }: UpdateContext): HandlersOf<typeof updateCalls> {
  const able = (): UpdatesPort => {
    if (updates?.status().way !== 'app') {
      throw new Refusal('unsupported', 'This installation does not update itself.');
    }
    return updates;
  };
  return {
    'updates.status': () => updates?.status() ?? NONE,
    'updates.check': async () => {
      const port = able();
      await port.check();
      return port.status();
    },
    'updates.download': async () => {
      const port = able();
      await port.download();
      return port.status();
    },
    'updates.install': () => {
      const port = able();
      const inTheWay = running();
      if (inTheWay !== null) {
        throw new Refusal('busy', inTheWay, 'Wait for it or cancel it, then install the update.');
      }
      if (port.status().state !== 'ready') {
        throw new Refusal('not_found', 'No update has been downloaded.');
      }
      port.install();
      return null;
    },
  };
}
