import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExportEntry, ExportPreview } from '../../../../main/contract/export-shapes.ts';
import { countFolders, openAtFirst, rowsOf, treeOf, type TreeFolder } from './result-tree.ts';

const entry = (path: string | null, more: Partial<ExportEntry> = {}): ExportEntry => ({
  mediaId: 1,
  accountId: 1,
  chatId: 2,
  path,
  bytes: 10,
  there: false,
  clash: false,
  trimmed: false,
  reason: path === null ? 'locked' : null,
  ...more,
});

const preview = (more: Partial<ExportPreview>): ExportPreview => ({
  dir: '/out/Prints',
  files: 0,
  bytes: 0,
  there: 0,
  impossible: 0,
  unavailable: 0,
  clashes: 0,
  trimmed: 0,
  reasons: [],
  freeBytes: 0,
  needBytes: 0,
  papers: [],
  folders: [],
  moreFolders: 0,
  entries: [],
  ...more,
});

const plain = { name: 'Prints', bag: false, zip: false };
const drawn = (tree: TreeFolder, pressed = new Map<string, boolean>()): string[] =>
  rowsOf(tree, pressed).map(({ node, level }) => {
    const words =
      node.is === 'more'
        ? `${String(node.files)} more`
        : node.is === 'folders'
          ? 'folders'
          : `${node.name} (${node.is})`;
    return `${'  '.repeat(level - 1)}${words}`;
  });

describe('the tree of a plan', () => {
  const months = preview({
    files: 6,
    bytes: 60,
    folders: [
      { path: '2025/2025-01', files: 3, bytes: 30 },
      { path: '2025/2025-02', files: 2, bytes: 20 },
      { path: '2026/2026-01', files: 1, bytes: 10 },
    ],
    entries: [entry('2025/2025-01/b.jpg'), entry('2025/2025-01/a.jpg'), entry(null)],
    papers: ['manifest-sha256.txt'],
  });

  test('folders hold what lies below them, the first files by name, the rest as a number', () => {
    const tree = treeOf(months, plain);
    expect(drawn(tree)).toEqual([
      'Prints (folder)',
      '  2025 (folder)',
      '    2025-01 (folder)',
      '      a.jpg (file)',
      '      b.jpg (file)',
      '      1 more',
      '    2025-02 (folder)',
      '  2026 (folder)',
      '  manifest-sha256.txt (paper)',
    ]);
    expect(tree).toMatchObject({ files: 6, bytes: 60 });
    expect(tree.children[0]).toMatchObject({ files: 5, bytes: 50 });
    expect(countFolders(tree)).toBe(5);
  });

  test('what a person opened and closed stays so', () => {
    const tree = treeOf(months, plain);
    expect(drawn(tree, new Map([['2025', false]]))).toEqual([
      'Prints (folder)',
      '  2025 (folder)',
      '  2026 (folder)',
      '  manifest-sha256.txt (paper)',
    ]);
    expect(drawn(tree, new Map([['2026', true]]))).toContain('    2026-01 (folder)');
  });

  test('a bag keeps files in data, a zip keeps everything in the zip', () => {
    const flat = preview({
      files: 1,
      folders: [{ path: '', files: 1, bytes: 10 }],
      entries: [entry('a.jpg')],
      papers: ['manifest-sha256.txt', 'data/media.json'],
    });
    expect(drawn(treeOf(flat, { ...plain, bag: true }))).toEqual([
      'Prints (folder)',
      '  data (folder)',
      '    a.jpg (file)',
      '    media.json (paper)',
      '  manifest-sha256.txt (paper)',
    ]);
    expect(drawn(treeOf({ ...flat, papers: ['manifest-sha256.txt'] }, { ...plain, zip: true }))).toEqual([
      'Prints (folder)',
      '  export.zip (folder)',
      '    a.jpg (file)',
      '  manifest-sha256.txt (paper)',
    ]);
  });

  test('folders that are not named are counted', () => {
    const tree = treeOf({ ...months, files: 100, moreFolders: 12 }, plain);
    expect(tree.files).toBe(100);
    expect(countFolders(tree)).toBe(17);
    expect(drawn(tree).at(-1)).toBe('  folders');
  });

  test('only what leads to the first files that are named is open', () => {
    expect([...openAtFirst(treeOf(months, plain))]).toEqual(['', '2025', '2025/2025-01']);
    const later = { ...months, entries: [entry('2026/2026-01/a.jpg', { clash: true })] };
    expect([...openAtFirst(treeOf(later, plain))]).toEqual(['', '2026', '2026/2026-01']);
    const both = { ...months, entries: [...months.entries, ...later.entries] };
    expect([...openAtFirst(treeOf(both, plain))]).toEqual(['', '2026', '2026/2026-01']);
    expect([...openAtFirst(treeOf({ ...months, entries: [] }, plain))]).toEqual(['', '2025', '2025/2025-01']);
  });

  test('numbers of folders add up and paths are told apart, whatever the plan', () => {
    const name = fc.constantFrom('a', 'b', 'c', '2025', '..x', 'é');
    const folder = fc.record({
      path: fc.array(name, { maxLength: 4 }).map((names) => names.join('/')),
      files: fc.integer({ min: 1, max: 9 }),
      bytes: fc.integer({ min: 0, max: 99 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(folder, { selector: ({ path }) => path }),
        fc.boolean(),
        fc.boolean(),
        (folders, bag, zip) => {
          const tree = treeOf(preview({ folders }), { name: 'x', bag, zip });
          expect(tree.files).toBe(folders.reduce((sum, { files }) => sum + files, 0));
          expect(tree.bytes).toBe(folders.reduce((sum, { bytes }) => sum + bytes, 0));
          const every = new Map([...pathsOf(tree)].map((path) => [path, true] as const));
          const paths = rowsOf(tree, every).map(({ node }) => `${node.is} ${node.path}`);
          expect(new Set(paths).size).toBe(paths.length);
        },
      ),
    );
  });
});

function* pathsOf(folder: TreeFolder): Generator<string> {
  yield folder.path;
  for (const child of folder.children) {
    if (child.is === 'folder') {
      yield* pathsOf(child);
    }
  }
}
