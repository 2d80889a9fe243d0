/**
 * A model of what a power cut leaves, fed with the calls that `fs-fault.c` records. Only what a sync has reached is certain: bytes by a sync of their file,
 * names by a sync of their folder, both by a sync of the file system. Everything else may be there or not, in any combination.
 */
import { basename, dirname } from 'node:path';

interface Node {
  /** Line of the last write. */
  changed: number;
  /** Line up to which writes are certain. */
  certain: number;
}

interface Name {
  readonly node: Node;
  readonly made: number;
  certain: boolean;
}

/** What a program promises in its trace. */
export interface Promises {
  /** Absolute. What stands there before the first line is certain. */
  readonly root: string;
  /** A file may get such a name only when its bytes are certain. */
  isFinal(path: string): boolean;
  /** Names that this line calls safe: they must be certain, and so must the folders above them. */
  safe(line: TraceLine, names: Iterable<string>): readonly string[];
}

export interface TraceLine {
  readonly what: string;
  /** Of a call: its thread, its path and its new path. */
  readonly rest: readonly string[];
}

/** What breaks these promises in a recorded run. */
export function brokenPromises(trace: readonly string[], { root, isFinal, safe }: Promises): string[] {
  const names = new Map<string, Name>();
  const begun = new Map<string, number>();
  const broken: string[] = [];
  const nameAt = (path: string, line: number): Name => {
    const known = names.get(path) ?? { node: { changed: 0, certain: 0 }, made: line, certain: false };
    names.set(path, known);
    return known;
  };
  /** Certain are the names and bytes up to the line where the sync began. */
  const sync = (since: number, ofNode: (path: string) => boolean, ofName: (path: string) => boolean): void => {
    for (const [path, name] of names) {
      if (ofNode(path)) {
        name.node.certain = Math.max(name.node.certain, since);
      }
      name.certain ||= ofName(path) && name.made <= since;
    }
  };
  for (const [index, text] of trace.entries()) {
    const line = index + 1;
    const [what = '', ...rest] = text.trimEnd().split(' ');
    for (const path of safe({ what, rest }, names.keys())) {
      const uncertain = [path, ...foldersAbove(path, root)].find((each) => names.get(each)?.certain === false);
      if (uncertain !== undefined || !names.has(path)) {
        broken.push(`${path} is called safe before ${uncertain ?? 'it is there'}`);
      }
    }
    if (what === 'begin') {
      begun.set(rest.join(' '), line);
    } else if (what === 'end') {
      const [call = '', , path = ''] = rest;
      const since = begun.get(rest.join(' ')) ?? 0;
      const whole = call === 'syncfs';
      sync(
        since,
        (each) => whole || each === path,
        (each) => whole || dirname(each) === path,
      );
    } else if (rest[1]?.startsWith(`${root}/`) === true) {
      const [, path = '', to = ''] = rest;
      if (what === 'rename' || what === 'link') {
        const { node } = nameAt(path, line);
        if (what === 'rename') {
          names.delete(path);
        }
        names.set(to, { node, made: line, certain: false });
        if (isFinal(to) && node.certain < node.changed) {
          broken.push(`${basename(to)} gets its name before its bytes are certain`);
        }
      } else if (what === 'write') {
        nameAt(path, line).node.changed = line;
      } else if (what === 'mkdir' && !names.has(path)) {
        nameAt(path, line);
      }
    }
  }
  return broken;
}

function foldersAbove(path: string, root: string): string[] {
  const above = dirname(path);
  return above.startsWith(`${root}/`) ? [above, ...foldersAbove(above, root)] : [];
}
