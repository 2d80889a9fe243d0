/** Exports of the made-up library. */
import { ok } from '../../../../main/contract/errors.ts';
import type { CallName } from '../../../../main/app/calls.ts';
import { layoutProblem, type MadeExports } from './exports.ts';
import type { Emit, Handlers } from './handlers.ts';

export function exportPart(exports: MadeExports, emit: Emit): Pick<Handlers, Extract<CallName, `export.${string}`>> {
  return {
    'export.preview': (options) => exports.preview(options),
    'export.start': (options) => exports.start(options),
    'export.status': () => ok(exports.status()),
    'export.pause': () => ok(exports.pause()),
    'export.resume': () => ok(exports.resume()),
    'export.cancel': () => ok(exports.cancel()),
    'export.list': ({ limit }) => ok(exports.list(limit)),
    'export.options': ({ id }) => exports.options(id),
    'export.checkLayout': ({ layout }) => layoutProblem(layout) ?? ok(null),
    'export.verify': ({ dir }, signal) =>
      exports.verify(dir, signal, (progress) => {
        emit('export.checking', progress);
      }),
    'export.openFolder': () => ok(null),
    'export.presets': () => ok({ presets: exports.presets() }),
    'export.savePreset': (preset) => exports.savePreset(preset),
    'export.removePreset': ({ name }) => {
      exports.removePreset(name);
      return ok(null);
    },
  };
}
