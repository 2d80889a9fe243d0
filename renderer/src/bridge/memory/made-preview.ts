/** The plan of an export of the made-up library: laid out by the template, with a few names that clash or are long. */
import { zone } from '../../lib/zone.ts';
import {
  EXPORT_LAYOUTS,
  type ExportEntry,
  type ExportOptions,
  type ExportPreview,
} from '../../../../main/contract/export-shapes.ts';
import type { MadeEntry } from './library.ts';

const FREE = 212_000_000_000;
/** Of a folder with "small disk" in its path. */
const LITTLE = 640_000_000;
const MOST_ENTRIES = 200;
const EXTENSIONS = { photo: 'jpg', video: 'mp4', gif: 'gif', audio: 'm4a', other: 'bin' } as const;
const PAPERS = { json: 'media.json', csv: 'media.csv', html: 'index.html' } as const;

const two = (value: number, digits = 2): string => String(value).padStart(digits, '0');

function dated(at: number, pattern: string): string {
  const date = new Date(zone.wallOf(at));
  const parts: Readonly<Record<string, string>> = {
    yyyy: String(date.getUTCFullYear()),
    MM: two(date.getUTCMonth() + 1),
    dd: two(date.getUTCDate()),
    HH: two(date.getUTCHours()),
    mm: two(date.getUTCMinutes()),
    ss: two(date.getUTCSeconds()),
  };
  return pattern.replaceAll(/yyyy|MM|dd|HH|mm|ss/g, (part) => parts[part] ?? part);
}

function named(template: string, entry: MadeEntry, chat: string, place: { counter: number; position: number }): string {
  const values: Readonly<Record<string, string>> = {
    chat: chat.replaceAll(/[/\\:*?"<>|]/g, '_'),
    chatId: String(entry.chatId),
    sender: chat,
    messageId: String(entry.messageId),
    mediaId: String(entry.id),
    position: String(place.position),
    kind: entry.kind,
    name: `${entry.kind}-${String(entry.id)}`,
    ext: EXTENSIONS[entry.kind],
    label: 'no label',
    counter: String(place.counter),
  };
  return template.replaceAll(/\{(\w+)(?::([^{}|]*))?(?:\|pad:(\d+))?[^{}]*\}/g, (_all, token: string, pattern, pad) =>
    token === 'date' || token === 'localDate'
      ? dated(entry.sentAt, typeof pattern === 'string' ? pattern : 'yyyy-MM-dd')
      : (values[token] ?? token).padStart(Number(pad ?? 0), '0'),
  );
}

/** What a plan says, newest first as the list has it. */
export function madePreview(
  { dir, layout, link, zip, bag, sidecars }: ExportOptions,
  selected: readonly MadeEntry[],
  chatName: (id: number) => string,
): ExportPreview {
  const template = Object.entries(EXPORT_LAYOUTS).find(([name]) => name === layout)?.[1] ?? layout;
  const taken = new Set<string>();
  const folders = new Map<string, { files: number; bytes: number }>();
  const reasons = new Map<string, number>();
  const entries: ExportEntry[] = [];
  const positions = new Map<number, number>();
  let counter = selected.length + 1;
  for (const entry of selected) {
    counter -= 1;
    const position = (positions.get(entry.messageId) ?? 0) + 1;
    positions.set(entry.messageId, position);
    const { accountId, id: mediaId, chatId, state } = entry;
    const stored = state === 'stored';
    const base = stored ? named(template, entry, chatName(chatId), { counter, position }) : '';
    const first = `${base}.${EXTENSIONS[entry.kind]}`;
    const clash = stored && taken.has(first.toLowerCase());
    const path = stored ? (clash ? `${base} ~${String(mediaId)}.${EXTENSIONS[entry.kind]}` : first) : null;
    const bytes = stored ? (entry.bytes ?? 0) : null;
    if (path === null) {
      reasons.set(state, (reasons.get(state) ?? 0) + 1);
    } else {
      taken.add(path.toLowerCase());
      const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
      const sums = folders.get(folder) ?? { files: 0, bytes: 0 };
      folders.set(folder, { files: sums.files + 1, bytes: sums.bytes + (bytes ?? 0) });
    }
    entries.push({
      accountId,
      mediaId,
      chatId,
      path,
      bytes,
      there: false,
      clash,
      trimmed: false,
      reason: stored ? null : state,
    });
  }
  const files = entries.filter(({ path }) => path !== null);
  const bytes = files.reduce((sum, entry) => sum + (entry.bytes ?? 0), 0);
  return {
    dir,
    files: files.length,
    bytes,
    there: 0,
    impossible: 0,
    unavailable: entries.length - files.length,
    clashes: files.filter(({ clash }) => clash).length,
    trimmed: 0,
    reasons: [...reasons].map(([reason, items]) => ({ reason, items })).sort((a, b) => b.items - a.items),
    freeBytes: dir.includes('small disk') ? LITTLE : FREE,
    needBytes: !zip && (link === 'reflink' || link === 'hardlink') ? 0 : bytes,
    papers: zip
      ? ['manifest-sha256.txt']
      : [
          'manifest-sha256.txt',
          'custody.json',
          ...(bag ? ['bagit.txt', 'bag-info.txt', 'tagmanifest-sha256.txt'] : []),
          ...sidecars.flatMap((sidecar) =>
            sidecar === 'item-json' ? [] : [`${bag ? 'data/' : ''}${PAPERS[sidecar]}`],
          ),
        ],
    folders: [...folders].map(([path, sums]) => ({ path, ...sums })).sort((a, b) => (a.path < b.path ? -1 : 1)),
    moreFolders: 0,
    entries: [
      ...entries.filter(({ path }) => path === null).slice(0, 70),
      ...files.filter(({ clash }) => clash).slice(0, 70),
      ...firstOfEach(files.filter(({ clash }) => !clash)),
    ].slice(0, MOST_ENTRIES),
  };
}

/** The first few of each folder. */
function firstOfEach(files: readonly ExportEntry[]): ExportEntry[] {
  const seen = new Map<string, number>();
  return files.filter(({ path }) => {
    const folder = path?.slice(0, Math.max(0, path.lastIndexOf('/'))) ?? '';
    const before = seen.get(folder) ?? 0;
    seen.set(folder, before + 1);
    return before < 12;
  });
}
