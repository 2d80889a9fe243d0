/** Where one item goes: the template's names made legal, short enough and different from all others. Pure. */
import { fitName, foldPath, lengthOf, slotsOf, type TargetRules } from './target-names.ts';
import { renderTemplate, type RenderedPart, type Template, type TemplateValues } from './template.ts';

export interface PlannedPath {
  /** Relative to the exported files' root, `/` between names. */
  readonly path: string;
  readonly fold: string;
  /** Another item had the name that the template gives. */
  readonly clash: boolean;
  /** Shortened to fit. */
  readonly trimmed: boolean;
}

/** Names of the files that an export adds. No template may produce them. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  '.chatkeep-export',
  'manifest-sha256.txt',
  'custody.json',
  'media.json',
  'media.csv',
  'messages.json',
  'messages.csv',
  'not-exported.csv',
  'book.csv',
  'book-sums.csv',
  'index.html',
  'gallery',
]);

/** Bytes for the name of the file, then for those of its folders, from generous to narrow. */
const ATTEMPTS: readonly (readonly [file: number, folder: number])[] = [
  [255, 255],
  [160, 255],
  [96, 255],
  [64, 255],
  [64, 120],
  [48, 60],
  [40, 24],
];
const MOST_SUFFIXES = 10_000;

/**
 * Null: even the shortest names make a path that the target does not take. `isTaken` is asked with the folded path, `slotsIn` with the folded path of a
 * folder ('' = the root): how many of its directory entries are in use. A full folder continues in `name (2)`.
 */
export function planPath(
  template: Template,
  values: TemplateValues,
  rules: TargetRules,
  isTaken: (fold: string) => boolean,
  slotsIn: (folder: string) => number = () => 0,
): PlannedPath | null {
  const segments = renderTemplate(template, values);
  for (let attempt = 0; attempt < MOST_SUFFIXES; attempt += 1) {
    const fitted = fitPath(segments, values.mediaId, `${suffixOf(values, attempt)}.${values.ext}`, rules);
    if (fitted === null) {
      return null;
    }
    const path = rules.folderSlots === null ? fitted.path : inFolderWithRoom(fitted.path, rules.folderSlots, slotsIn);
    const fold = foldPath(path);
    if (!isTaken(fold)) {
      return { ...fitted, path, fold, clash: attempt > 0 };
    }
  }
  throw new Error('more items of one name than can be told apart');
}

function inFolderWithRoom(path: string, slots: number, slotsIn: (folder: string) => number): string {
  const slash = path.lastIndexOf('/');
  const [folder, name] = [path.slice(0, Math.max(0, slash)), path.slice(slash + 1)];
  for (let part = 1; ; part += 1) {
    const other = part === 1 ? folder : folder === '' ? `part ${String(part)}` : `${folder} (${String(part)})`;
    const used = slotsIn(foldPath(other));
    if (used === 0 || used + slotsOf(name) <= slots) {
      return other === '' ? name : `${other}/${name}`;
    }
  }
}

/** By the media's id, so that the same items get the same names whichever comes first; the chat's where one media stands in two. */
function suffixOf({ mediaId, chatId }: TemplateValues, attempt: number): string {
  switch (attempt) {
    case 0:
      return '';
    case 1:
      return `~${String(mediaId)}`;
    case 2:
      return `~${String(mediaId)}-${String(chatId)}`;
    default:
      return `~${String(mediaId)}-${String(chatId)}-${String(attempt - 1)}`;
  }
}

function fitPath(
  segments: readonly (readonly RenderedPart[])[],
  mediaId: number,
  tail: string,
  rules: TargetRules,
): { path: string; trimmed: boolean } | null {
  for (const [file, folder] of ATTEMPTS) {
    const last = segments.length - 1;
    const id = String(mediaId);
    const least = Buffer.byteLength(tail) + id.length + 4;
    const names = segments.map((parts, index) =>
      fitName(
        parts,
        index === last ? id : '',
        index === last ? tail : '',
        Math.min(rules.nameBytes, index === last ? Math.max(file, least) : folder),
      ),
    );
    const plain = names.map(({ name }, index) => (index === 0 ? besideOwn(name) : name)).join('/');
    const path = rules.noPercent ? plain.replaceAll('%', '_') : plain;
    if (lengthOf(path, rules.pathUnit) <= rules.pathLength) {
      return { path, trimmed: names.some(({ trimmed }) => trimmed) };
    }
  }
  return null;
}

function besideOwn(name: string): string {
  return OWN_NAMES.has(foldPath(name)) ? `_${name}` : name;
}
