/** Exports of the made-up library. */
import { ok } from '../../../../main/contract/errors.ts';
import type { CallName } from '../../../../main/contract/calls.ts';
import type { MadeExports } from './exports.ts';
import type { Handlers } from './handlers.ts';

export function exportPart(exports: MadeExports): Pick<Handlers, Extract<CallName, `export.${string}`>> {
  return {
    'export.preview': (options) => exports.preview(options),
    'export.start': (options) => exports.start(options),
    'export.status': () => ok(exports.status()),
    'export.pause': () => ok(exports.pause()),
    'export.resume': () => ok(exports.resume()),
    'export.cancel': () => ok(exports.cancel()),
    'export.verify': () => ok({ checked: 1280, ok: 1280, missing: 0, changed: 0 }),
    'export.openFolder': () => ok(null),
    'export.presets': () => ok({ presets: exports.presets() }),
    'export.savePreset': (preset) => exports.savePreset(preset),
    'export.removePreset': ({ name }) => {
      exports.removePreset(name);
      return ok(null);
    },
  };
}
