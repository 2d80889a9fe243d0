import { z } from 'zod';
import {
  EXPORT_CONFLICTS,
  EXPORT_LINKS,
  EXPORT_SIDECARS,
  type ExportManner,
  type ExportPreset,
} from '../../contract/export-shapes.ts';
import { layoutOf, verifyExport } from '../exports.ts';
import { Refusal } from '../refusal.ts';
import type { HandlerContext, Handlers } from './context.ts';

type Names =
  | 'export.preview'
  | 'export.start'
  | 'export.status'
  | 'export.pause'
  | 'export.resume'
  | 'export.cancel'
  | 'export.verify'
  | 'export.openFolder'
  | 'export.presets'
  | 'export.savePreset'
  | 'export.removePreset';

/** `export.*`. */
export function exportHandlers(context: HandlerContext): Pick<Handlers, Names> {
  const exports = (): ReturnType<HandlerContext['session']>['exports'] => context.session().exports;
  const index = (): ReturnType<HandlerContext['session']>['core']['index'] => context.session().core.index;
  return {
    'export.preview': async (options, signal) => await exports().preview(options, signal),
    'export.start': (options) => {
      layoutOf(options.layout);
      return exports().start(options);
    },
    'export.status': () => exports().status,
    'export.pause': () => exports().pause(),
    'export.resume': () => exports().resume(),
    'export.cancel': () => exports().cancel(),
    'export.verify': async ({ dir }, signal) =>
      await verifyExport(dir, signal, { onProgress: () => undefined, onProblem: () => undefined }),
    'export.openFolder': async () => {
      const { openFolder } = context.ports.system;
      const status = exports().status;
      if (status === null) {
        throw new Refusal('not_found', 'There was no export yet.');
      }
      if (openFolder === undefined || (await openFolder(status.dir)) !== '') {
        throw new Refusal('unsupported', 'The folder could not be opened.');
      }
      return null;
    },
    'export.presets': async (_input, signal) => {
      const rows = await index().read.exportPresets({}, { signal });
      return { presets: rows.flatMap(({ name, options }) => presetOf(name, options) ?? []) };
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

const stored: z.ZodType<ExportManner> = z.object({
  layout: z.string(),
  conflict: z.enum(EXPORT_CONFLICTS),
  link: z.enum(EXPORT_LINKS),
  sidecars: z.array(z.enum(EXPORT_SIDECARS)),
  bag: z.boolean(),
  zip: z.boolean(),
  zipBytes: z.number().nullable(),
  csvBom: z.boolean(),
});

/** Null: kept by a version that knew other options. */
function presetOf(name: string, options: string): ExportPreset | null {
  const parsed = stored.safeParse(JSON.parse(options));
  return parsed.success ? { name, ...parsed.data } : null;
}
