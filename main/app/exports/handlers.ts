import { join } from 'node:path';
import { checkExport } from './export-check.ts';
import { exportJobs, optionsOf, presetOf } from './export-jobs.ts';
import { screenWords } from './export-words.ts';
import { layoutOf } from '../../naming/template.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { AppContext } from '../core/app-context.ts';
import type { Core } from '../core/core.ts';
import type { HandlersOf } from '../kernel/call.ts';
import type { exportCalls } from './calls.ts';
import type { ExportService } from './service.ts';

/** `export.*`. */
export function exportHandlers(context: AppContext & { exports(): ExportService }): HandlersOf<typeof exportCalls> {
  const { exports } = context;
  const index = (): Core['index'] => context.core().index;
  const said = async <Value>(work: Promise<Value>): Promise<Value> => {
    try {
      return await work;
    } catch (error) {
      throw screenWords(error);
    }
  };
  const dirOf = async (id: number | null): Promise<string> => {
    const dir = id === null ? exports().status?.dir : (await index().read.exportJobById({ id }))?.dir;
    if (dir === undefined) {
      throw new Refusal('not_found', 'There was no such export.');
    }
    return dir;
  };
  return {
    'export.preview': (options, signal) => said(exports().preview(options, signal)),
    'export.start': (options) => {
      layoutOf(options.layout);
      return exports().start(options);
    },
    'export.status': () => exports().status,
    'export.pause': () => exports().pause(),
    'export.resume': () => exports().resume(),
    'export.cancel': () => exports().cancel(),
    'export.list': ({ limit }, signal) => exportJobs(context.core(), exports().sums, limit, signal),
    'export.options': async ({ id }) => {
      const job = id === null ? null : await index().read.exportJobById({ id });
      const options = id === null ? exports().options : job === null ? null : optionsOf(job.options);
      if (options === null) {
        throw new Refusal('not_found', 'What this export was begun with is not known.', 'Begin it anew.');
      }
      return { ...options, dir: job?.dir ?? options.dir };
    },
    'export.checkLayout': ({ layout }) => {
      layoutOf(layout);
      return null;
    },
    'export.verify': ({ dir }, signal) =>
      said(checkExport(dir, signal, (progress) => context.events.emit('export.checking', progress))),
    'export.openFolder': async ({ id, gallery }) => {
      const { openFolder } = context.ports.system;
      const dir = await dirOf(id);
      const bag = gallery === true && exports().options?.bag === true;
      const path = gallery === true ? join(dir, bag ? 'data' : '', 'index.html') : dir;
      if (openFolder === undefined || (await openFolder(path)) !== '') {
        throw new Refusal('unsupported', 'It could not be opened.', `It is ${path}`);
      }
      return null;
    },
    'export.presets': async (_input, signal) => {
      const rows = await index().read.exportPresets({}, { signal });
      return { presets: rows.flatMap(presetOf) };
    },
    'export.savePreset': async ({ name, ...manner }) => {
      layoutOf(manner.layout);
      await index().write.saveExportPreset({
        name,
        options: JSON.stringify(manner),
        at: context.ports.core.clock.now(),
      });
      return null;
    },
    'export.removePreset': async ({ name }) => {
      await index().write.removeExportPreset({ name });
      return null;
    },
  };
}
