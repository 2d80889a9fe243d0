import { AppError } from '../../lib/app-error.ts';
import { notFound } from '../kernel/refusal.ts';
import type { AppContext } from '../core/app-context.ts';
import type { Core } from '../core/core.ts';
import type { HandlersOf } from '../kernel/call.ts';
import type { labelCalls } from './calls.ts';

/** `labels.*`, `notes.*`. Every change is sent to all pages. */
export function labelHandlers(context: AppContext): HandlersOf<typeof labelCalls> {
  const index = (): Core['index'] => context.core().index;
  const now = (): number => context.ports.core.clock.now();
  const { events } = context;
  const done = (found: boolean, what: string): null => {
    if (!found) {
      throw notFound(what);
    }
    return events.marked(null);
  };
  return {
    'labels.list': async (input, signal) => await index().read.labels(input, { signal }),
    'labels.save': async ({ id, name }) => {
      const saved = await index().write.saveLabel({ id, name, at: now() });
      if (saved === null) {
        throw notFound('This label');
      }
      if (id !== null && saved.id !== id) {
        throw new AppError('usage', `There is a label named ${name} already.`, 'Choose another name.');
      }
      return events.marked(saved);
    },
    'labels.remove': async ({ id }) => done(await index().write.removeLabel({ id, at: now() }), 'This label'),
    'labels.restore': async ({ id }) => done(await index().write.restoreLabel({ id }), 'This label'),
    'labels.apply': async (input) => {
      const change = await index().write.applyLabel({ ...input, at: now() });
      if (change === null) {
        throw notFound('This label');
      }
      return change.changed === 0 ? change : events.marked(change);
    },
    'labels.undo': async ({ undo }) => done(await index().write.undoLabel({ undo, at: now() }), 'This change'),
    'notes.set': async (input) => done(await index().write.setNote({ ...input, at: now() }), 'This item'),
  };
}
