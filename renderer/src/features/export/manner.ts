/** How files are laid out and written, apart from who chooses it. Pure. */
import {
  EXPORT_LAYOUTS,
  EXPORT_SIDECARS,
  pageSizeOf,
  type ExportManner,
  type ExportPreset,
  type ExportSidecar,
} from '../../../../main/contract/export-shapes.ts';

export type LayoutName = keyof typeof EXPORT_LAYOUTS;
export const LAYOUT_NAMES = ['flat', 'by-chat', 'by-month', 'by-kind', 'by-message'] as const satisfies LayoutName[];

/** The defaults of a first export: safe options, and a web gallery with the message texts. */
export const FIRST_MANNER: ExportManner = {
  layout: 'by-chat',
  conflict: 'rename',
  link: 'auto',
  sidecars: ['html'],
  messages: 'none',
  bates: null,
  pageSize: null,
  bag: false,
  zip: false,
  zipBytes: null,
  csvBom: false,
};

/** As the region of this computer uses it. */
export const USUAL_PAGE = pageSizeOf(navigator.language);

const isLayoutName = (text: string): text is LayoutName => Object.hasOwn(EXPORT_LAYOUTS, text);

/** The layout's name, also where it is written out as its template; null = a template of somebody's own. */
export const layoutName = (layout: string): LayoutName | null =>
  isLayoutName(layout) ? layout : (LAYOUT_NAMES.find((name) => EXPORT_LAYOUTS[name] === layout) ?? null);

export const templateOf = (layout: string): string => (isLayoutName(layout) ? EXPORT_LAYOUTS[layout] : layout);

/** The form of the export: a folder, a zip, or a bag. A zip may hold a bag. */
export type Package = 'folder' | 'zip' | 'bag';
export const packageOf = ({ zip, bag }: Pick<ExportManner, 'zip' | 'bag'>): Package =>
  zip ? 'zip' : bag ? 'bag' : 'folder';

/** Whether it makes a spreadsheet of its own, beside the lists that every export has. */
export const hasCsv = ({ sidecars }: Pick<ExportManner, 'sidecars'>): boolean =>
  sidecars.includes('csv') || sidecars.includes('book');

/** Without what says nothing in it: a size of zips where there is none, a mark in a CSV that is not made. The order of sidecars is one. */
export function tidied(manner: ExportManner): ExportManner {
  return {
    layout: layoutName(manner.layout) ?? manner.layout,
    conflict: manner.conflict,
    link: manner.link,
    sidecars: EXPORT_SIDECARS.filter((sidecar) => manner.sidecars.includes(sidecar)),
    messages: manner.messages,
    ...(manner.sidecars.includes('pdf')
      ? { bates: manner.bates, pageSize: manner.pageSize ?? USUAL_PAGE }
      : { bates: null, pageSize: null }),
    bag: manner.bag,
    zip: manner.zip,
    zipBytes: manner.zip ? manner.zipBytes : null,
    csvBom: hasCsv(manner) && manner.csvBom,
  };
}

export const sameManner = (a: ExportManner, b: ExportManner): boolean =>
  JSON.stringify(tidied(a)) === JSON.stringify(tidied(b));

export const presetOf = (presets: readonly ExportPreset[], manner: ExportManner): ExportPreset | null =>
  presets.find((preset) => sameManner(preset, manner)) ?? null;

export const withSidecar = (manner: ExportManner, sidecar: ExportSidecar, on: boolean): ExportManner => ({
  ...manner,
  sidecars: EXPORT_SIDECARS.filter((each) => (each === sidecar ? on : manner.sidecars.includes(each))),
});

const GB = 1e9;
const LEAST_ZIP = 1e6;

/** A size typed in GB, bytes; null = none was typed, undefined = it is no size. */
export function zipBytesOf(typed: string): number | null | undefined {
  const text = typed.trim().replace(',', '.');
  if (text === '') {
    return null;
  }
  const bytes = /^\d{1,6}(?:\.\d{0,3})?$/.test(text) ? Math.round(Number(text) * GB) : 0;
  return bytes >= LEAST_ZIP ? bytes : undefined;
}

export const zipText = (bytes: number | null): string => (bytes === null ? '' : String(bytes / GB));
