import { relative, sep } from 'node:path';
import type { ExportEntry, ExportOptions, ExportPreview } from '../../contract/export-shapes.ts';
import { paperPaths } from '../../export/papers/paper-paths.ts';
import type { Core } from '../core/core.ts';
import type { ExportItemRow } from '../../index/exports/calls.ts';
import { previewSelection } from './export-selection.ts';

const MOST_FOLDERS = 500;
const MOST_ENTRIES = 200;
/** Of those with something to say: neither what stays out nor names that were changed crowd out the rest. */
const MOST_OUT = 70;
const MOST_CHANGED = 70;
/** Of one folder, while there is nothing to say about them: a tree shows an example of each folder. */
const MOST_IN_FOLDER = 12;

/** The plan of an export as a dialog shows it: sums, folders, and some of the files, those with something to say before the others. */
export function exportPreview(core: Core, options: ExportOptions, signal: AbortSignal): Promise<ExportPreview> {
  return previewSelection(core, options, signal, async ({ answer, totals, freeBytes, items }) => {
    const folders = new Map<string, { files: number; bytes: number }>();
    const out: ExportEntry[] = [];
    const changed: ExportEntry[] = [];
    const plain: ExportEntry[] = [];
    const reasons = new Map<string, number>();
    for await (const page of items()) {
      for (const item of page) {
        const inFolder = addToFolder(folders, item);
        if (item.reason !== null) {
          reasons.set(item.reason, (reasons.get(item.reason) ?? 0) + 1);
        }
        if (item.path === null) {
          addTo(out, item, MOST_OUT);
        } else if (item.clash || item.trimmed) {
          addTo(changed, item, MOST_CHANGED);
        } else if (inFolder <= MOST_IN_FOLDER) {
          addTo(plain, item, MOST_ENTRIES);
        }
      }
    }
    const named = [...folders].map(([path, sums]) => ({ path, ...sums })).sort((a, b) => (a.path < b.path ? -1 : 1));
    return {
      dir: answer.dir,
      files: totals.states.planned,
      bytes: totals.plannedBytes,
      there: totals.states.done,
      impossible: totals.states.failed,
      unavailable: totals.states.unavailable,
      clashes: totals.clashes,
      trimmed: totals.trimmed,
      reasons: [...reasons].map(([reason, count]) => ({ reason, items: count })).sort((a, b) => b.items - a.items),
      freeBytes,
      needBytes: options.zip ? totals.bytes : LINKED.has(options.link) ? 0 : totals.plannedBytes,
      papers: papersOf(options, answer.dir),
      folders: named.slice(0, MOST_FOLDERS),
      moreFolders: Math.max(0, named.length - MOST_FOLDERS),
      entries: [...out, ...changed, ...plain].slice(0, MOST_ENTRIES),
    };
  });
}

/** Neither takes room beside the library's own. */
const LINKED: ReadonlySet<string> = new Set(['reflink', 'hardlink']);

function papersOf(options: ExportOptions, dir: string): string[] {
  const paths = options.zip
    ? paperPaths({ bag: false, sidecars: [], messages: 'none' }, dir, dir).slice(0, 1)
    : paperPaths(options, dir, options.bag ? `${dir}${sep}data` : dir);
  return paths.map((path) => relative(dir, path).replaceAll(sep, '/'));
}

/** Answers how many files the folder has by now. */
function addToFolder(folders: Map<string, { files: number; bytes: number }>, { path, bytes }: ExportItemRow): number {
  if (path === null) {
    return 0;
  }
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const sums = folders.get(folder) ?? { files: 0, bytes: 0 };
  sums.files += 1;
  sums.bytes += bytes ?? 0;
  folders.set(folder, sums);
  return sums.files;
}

function addTo(list: ExportEntry[], item: ExportItemRow, most: number): void {
  if (list.length < most) {
    list.push(entryOf(item));
  }
}

function entryOf(item: ExportItemRow): ExportEntry {
  const { accountId, mediaId, chatId, path, bytes, state, clash, trimmed, reason } = item;
  return { accountId, mediaId, chatId, path, bytes, there: state === 'done', clash, trimmed, reason };
}
