import { z } from 'zod';
import {
  BATES,
  EXPORT_CONFLICTS,
  EXPORT_LINKS,
  EXPORT_MESSAGES,
  EXPORT_SIDECARS,
  PAGE_SIZES,
  type ExportCheck,
  type ExportJob,
  type ExportOptions,
  type ExportPreset,
  type ExportPreview,
  type ExportStatus,
} from '../../contract/export-shapes.ts';
import { call, type Done } from '../kernel/call.ts';
import { id, limit, name, nothing, path, selection } from '../kernel/inputs.ts';

const manner = {
  layout: z.string().min(1).max(500),
  conflict: z.enum(EXPORT_CONFLICTS),
  link: z.enum(EXPORT_LINKS),
  sidecars: z.array(z.enum(EXPORT_SIDECARS)).max(EXPORT_SIDECARS.length),
  bag: z.boolean(),
  zip: z.boolean(),
  zipBytes: z.int().min(1_000_000).nullable(),
  csvBom: z.boolean(),
  /** Options and presets from before it existed are read as `none`. */
  messages: z.enum(EXPORT_MESSAGES).default('none'),
  bates: z.string().regex(BATES).nullable().default(null),
  pageSize: z.enum(PAGE_SIZES).nullable().default(null),
};
/** Also reads the options that an export kept. */
export const exportOptions: z.ZodType<ExportOptions> = z.strictObject({ ...manner, dir: path, selection });
const presetName = name(60);

/** Exports: one at a time; progress comes as `export.progress`. */
export const exportCalls = {
  /** The plan of an export. Nothing is written. A later preview replaces a running one, which ends as `aborted`. */
  'export.preview': call(exportOptions).answers<ExportPreview>(),
  /** `busy` while one runs. */
  'export.start': call(exportOptions).answers<ExportStatus>(),
  /** The running or the last one; null when there was none. */
  'export.status': call(nothing).answers<ExportStatus | null>(),
  'export.pause': call(nothing).answers<ExportStatus | null>(),
  'export.resume': call(nothing).answers<ExportStatus | null>(),
  /** Stops it; nothing is lost, the same export resumes where it stopped. */
  'export.cancel': call(nothing).answers<ExportStatus | null>(),
  /** Exports that were begun, the latest first, at most 100. `freshDir` is a folder that no export has, for the next one. */
  'export.list': call(z.strictObject({ limit: limit(100) })).answers<{
    readonly rows: readonly ExportJob[];
    readonly more: boolean;
    readonly freshDir: string;
  }>(),
  /** The options of an export; `id` null = the running or last one. */
  'export.options': call(z.strictObject({ id: id.nullable() })).answers<ExportOptions>(),
  /** AppError `usage` with what is wrong with a layout; nothing is planned. */
  'export.checkLayout': call(z.strictObject({ layout: z.string().max(500) })).answers<Done>(),
  /** Hashes what the manifest of an exported folder names; may take long, tells `export.checking`, and is given up like any call. */
  'export.verify': call(z.strictObject({ dir: path })).answers<ExportCheck>(),
  /** Shows the folder of an export, or opens its web gallery; `id` null = of the running or last one. */
  'export.openFolder': call(z.strictObject({ id: id.nullable(), gallery: z.boolean().optional() })).answers<Done>(),
  'export.presets': call(nothing).answers<{ readonly presets: readonly ExportPreset[] }>(),
  /** Replaces one of the same name. */
  'export.savePreset': call(z.strictObject({ ...manner, name: presetName })).answers<Done>(),
  'export.removePreset': call(z.strictObject({ name: presetName })).answers<Done>(),
};
