import { join } from 'node:path';
import type { ExportOptions, ExportSidecar } from '../contract/export-shapes.ts';
import { MANIFEST, TAG_MANIFEST } from './manifest.ts';

const SIDECAR_FILES: Readonly<Record<Exclude<ExportSidecar, 'item-json'>, string>> = {
  json: 'media.json',
  csv: 'media.csv',
  html: 'index.html',
};

/** The one file that stands for a sidecar; none: it has a file beside each exported one. */
export function sidecarPath(sidecar: ExportSidecar, root: string): string[] {
  return sidecar === 'item-json' ? [] : [join(root, SIDECAR_FILES[sidecar])];
}

/** The suffix that `item-json` adds to the path of an exported file. */
export const ITEM_SUFFIX = '.json';

/** The papers of an export that is no zip; the pages of a gallery are found by its index. */
export function paperPaths(options: Pick<ExportOptions, 'bag' | 'sidecars'>, dir: string, root: string): string[] {
  return [
    join(dir, MANIFEST),
    join(dir, 'custody.json'),
    ...(options.bag ? [join(dir, 'bagit.txt'), join(dir, 'bag-info.txt'), join(dir, TAG_MANIFEST)] : []),
    ...options.sidecars.flatMap((sidecar) => sidecarPath(sidecar, root)),
  ];
}
