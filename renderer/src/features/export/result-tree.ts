/** The plan of an export as a tree: folders with what they hold, the first files, the papers beside them. Pure. */
import type { ExportEntry, ExportPreview } from '../../../../main/contract/export-shapes.ts';

export interface TreeFolder {
  readonly is: 'folder';
  /** Within the target, `''` for the target itself. */
  readonly path: string;
  readonly name: string;
  /** With everything below. */
  readonly files: number;
  readonly bytes: number;
  readonly children: readonly TreeNode[];
}

export interface TreeFile {
  readonly is: 'file';
  readonly path: string;
  readonly name: string;
  readonly bytes: number | null;
  readonly clash: boolean;
  readonly trimmed: boolean;
  readonly there: boolean;
}

/** Files of a folder that are not shown one by one. */
export interface TreeMore {
  readonly is: 'more';
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
}

/** Folders that the preview does not name. */
export interface TreeMoreFolders {
  readonly is: 'folders';
  readonly path: string;
  readonly folders: number;
}

export interface TreePaper {
  readonly is: 'paper';
  readonly path: string;
  readonly name: string;
}

export type TreeNode = TreeFolder | TreeFile | TreeMore | TreeMoreFolders | TreePaper;

export interface TreeShape {
  /** The name of the target. */
  readonly name: string;
  readonly bag: boolean;
  readonly zip: boolean;
}

interface Made {
  readonly path: string;
  readonly name: string;
  /** Directly inside. */
  files: number;
  bytes: number;
  readonly folders: Map<string, Made>;
  readonly entries: ExportEntry[];
  readonly papers: string[];
}

const made = (path: string, name: string): Made => ({
  path,
  name,
  files: 0,
  bytes: 0,
  folders: new Map(),
  entries: [],
  papers: [],
});

/** The tree under the target. Where the plan is a zip, everything lies in it; in a bag, under `data`. */
export function treeOf(preview: ExportPreview, shape: TreeShape): TreeFolder {
  const root = made('', shape.name);
  const outer = shape.zip ? folderAt(root, ['export.zip']) : root;
  const inner = shape.bag ? folderAt(outer, ['data']) : outer;
  for (const { path, files, bytes } of preview.folders) {
    const folder = folderAt(inner, path === '' ? [] : path.split('/'));
    folder.files += files;
    folder.bytes += bytes;
  }
  for (const entry of preview.entries) {
    if (entry.path !== null) {
      folderAt(inner, entry.path.split('/').slice(0, -1)).entries.push(entry);
    }
  }
  for (const paper of preview.papers) {
    folderAt(root, paper.split('/').slice(0, -1)).papers.push(paper);
  }
  const tree = finished(root);
  return preview.moreFolders === 0
    ? tree
    : {
        ...tree,
        files: preview.files + preview.there,
        children: [...tree.children, { is: 'folders', path: '/folders', folders: preview.moreFolders }],
      };
}

function folderAt(from: Made, names: readonly string[]): Made {
  let folder = from;
  for (const name of names) {
    const path = folder.path === '' ? name : `${folder.path}/${name}`;
    const next = folder.folders.get(name) ?? made(path, name);
    folder.folders.set(name, next);
    folder = next;
  }
  return folder;
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function finished({ path, name, files, bytes, folders, entries, papers }: Made): TreeFolder {
  const inside = [...folders.values()].map(finished);
  const shown = entries.map((entry): TreeFile => ({
    is: 'file',
    path: `${path}/${nameOf(entry.path ?? '')}`,
    name: nameOf(entry.path ?? ''),
    bytes: entry.bytes,
    clash: entry.clash,
    trimmed: entry.trimmed,
    there: entry.there,
  }));
  shown.sort((a, b) => (a.name < b.name ? -1 : 1));
  const more = files - shown.length;
  return {
    is: 'folder',
    path,
    name,
    files: inside.reduce((sum, folder) => sum + folder.files, files),
    bytes: inside.reduce((sum, folder) => sum + folder.bytes, bytes),
    children: [
      ...inside,
      ...shown,
      ...(more > 0
        ? [
            {
              is: 'more' as const,
              path: `${path}/*`,
              files: more,
              bytes: Math.max(0, bytes - shown.reduce((sum, file) => sum + (file.bytes ?? 0), 0)),
            },
          ]
        : []),
      ...papers.map((paper): TreePaper => ({ is: 'paper', path: paper, name: nameOf(paper) })),
    ],
  };
}

/** A line of the tree as it is drawn. */
export interface TreeRow {
  readonly node: TreeNode;
  readonly level: number;
  /** Null: it has nothing inside. */
  readonly open: boolean | null;
  /** Place among its siblings, from 1, and how many there are. */
  readonly position: number;
  readonly siblings: number;
}

const holds = (folder: TreeFolder, fits: (file: TreeFile) => boolean): boolean =>
  folder.children.some((child) => (child.is === 'folder' ? holds(child, fits) : child.is === 'file' && fits(child)));
const isOdd = (file: TreeFile): boolean => file.clash || file.trimmed;
const isAny = (): boolean => true;

/**
 * Folders that are open before anybody has pressed one: the target, and down from it to the first names that were changed, else to the
 * first files.
 */
export function openAtFirst(tree: TreeFolder): ReadonlySet<string> {
  const open = new Set<string>();
  const fits = holds(tree, isOdd) ? isOdd : isAny;
  for (let folder: TreeFolder | undefined = tree; folder !== undefined;) {
    open.add(folder.path);
    const inside: readonly TreeFolder[] = folder.children.filter((child) => child.is === 'folder');
    folder = folder.children.some((child) => child.is === 'file' && fits(child))
      ? undefined
      : (inside.find((child) => holds(child, fits)) ?? inside[0]);
  }
  return open;
}

/** The lines that are seen. `pressed` holds what a person opened (true) and closed (false). */
export function rowsOf(tree: TreeFolder, pressed: ReadonlyMap<string, boolean>): TreeRow[] {
  const first = openAtFirst(tree);
  const rows: TreeRow[] = [];
  const add = (node: TreeNode, level: number, position: number, siblings: number): void => {
    const open =
      node.is === 'folder' && node.children.length > 0 ? (pressed.get(node.path) ?? first.has(node.path)) : null;
    rows.push({ node, level, open, position, siblings });
    if (node.is === 'folder' && open === true) {
      for (const [index, child] of node.children.entries()) {
        add(child, level + 1, index + 1, node.children.length);
      }
    }
  };
  add(tree, 1, 1, 1);
  return rows;
}

/** Folders below the target that hold files or other folders. */
export function countFolders(tree: TreeFolder): number {
  return tree.children.reduce(
    (sum, child) =>
      sum + (child.is === 'folder' ? 1 + countFolders(child) : child.is === 'folders' ? child.folders : 0),
    0,
  );
}
