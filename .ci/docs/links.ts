/** Finds the targets that documents point at: links, anchors, pictures, and files of the project. Pure. */
import { dirname, posix } from 'node:path';

export interface Pointer {
  /** 1-based. */
  readonly line: number;
  /** As written: a link's target, or the name of a file of the project. */
  readonly target: string;
  readonly kind: 'link' | 'file';
}

/** A document by its path from the root of the project, with forward slashes. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

const LINK = /!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const HTML = /\b(?:src|href|srcset)="([^"\s]+)"/g;
/** In backticks, from a folder of the project, without a pattern in it. */
const FILE = /`((?:main|renderer|preload|docs|\.ci|\.github)\/[\w./-]*\w\/?)`/g;

/** Every link, picture and named file outside code blocks. */
export function pointersOf(text: string): Pointer[] {
  return proseLines(text).flatMap(({ line, prose }) => {
    const withoutCode = prose.replaceAll(/`[^`]*`/g, '``');
    return [
      ...[...withoutCode.matchAll(LINK), ...withoutCode.matchAll(HTML)].map((found): Pointer => ({
        line,
        target: found[1] ?? '',
        kind: 'link',
      })),
      ...[...prose.matchAll(FILE)].map((found): Pointer => ({ line, target: found[1] ?? '', kind: 'file' })),
    ];
  });
}

/** The anchors that headings of a document get on the usual hosts: small letters, no punctuation, `-` for spaces, `-1` for the second. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const { prose } of proseLines(text)) {
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(prose)?.[1];
    if (heading !== undefined) {
      const base = slugOf(heading);
      let slug = base;
      for (let again = 1; anchors.has(slug); again += 1) {
        slug = `${base}-${String(again)}`;
      }
      anchors.add(slug);
    }
    for (const named of prose.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) {
      anchors.add(named[1] ?? '');
    }
  }
  return anchors;
}

/** One line for each pointer that leads nowhere. `exists` is asked for paths from the root. */
export function brokenPointers(documents: readonly Document[], exists: (path: string) => boolean): string[] {
  const anchors = new Map(documents.map(({ path, text }) => [path, anchorsOf(text)]));
  return documents.flatMap(({ path, text }) =>
    pointersOf(text).flatMap((pointer) => {
      const why = whyBroken(path, pointer, anchors, exists);
      return why === null ? [] : [`${path}:${String(pointer.line)}: ${pointer.target}: ${why}`];
    }),
  );
}

function whyBroken(
  from: string,
  { target, kind }: Pointer,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
  exists: (path: string) => boolean,
): string | null {
  if (kind === 'file') {
    return exists(target) ? null : 'no such file';
  }
  if (/^[a-z][a-z+.-]*:/i.test(target)) {
    return null;
  }
  const [file = '', anchor = null] = target.split('#');
  const path = file === '' ? from : posix.join(dirname(from), decodeURIComponent(file));
  if (path.startsWith('..') || file.startsWith('/')) {
    return 'outside the project';
  }
  if (!exists(path)) {
    return 'no such file';
  }
  const known = anchors.get(path);
  return anchor === null || known === undefined || known.has(anchor) ? null : 'no such heading';
}

function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

/** Every line outside code. Fenced blocks and lines indented by four spaces are code. */
export function proseLines(text: string): { readonly line: number; readonly prose: string }[] {
  const lines: { line: number; prose: string }[] = [];
  let fence: string | null = null;
  for (const [index, prose] of text.split('\n').entries()) {
    const mark = /^\s*(```+|~~~+)/.exec(prose)?.[1]?.slice(0, 3) ?? null;
    if (mark !== null && (fence === null || fence === mark)) {
      fence = fence === null ? mark : null;
    } else if (fence === null && !prose.startsWith('    ')) {
      lines.push({ line: index + 1, prose });
    }
  }
  return lines;
}
