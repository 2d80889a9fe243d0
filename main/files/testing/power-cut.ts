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

/**
 * What breaks a promise of the store in a recorded run. A file gets its final name only when its bytes are certain, and is called stored (a line
 * \`stored HASH\`) only when its name and the names of its folders are.
 *
 * @param root of the library, absolute; what stands there before the first line is certain
 */
export function brokenPromises(trace: readonly string[], root: string): string[] {
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
    if (what === 'stored') {
      const [hash = ''] = rest;
      const found = [...names].find(
        ([path, name]) => basename(path).startsWith(hash) && isFinal(path, root) && name.certain,
      );
      const above = found === undefined ? [] : [dirname(found[0]), dirname(dirname(found[0])), `${root}/files`];
      const missing = above.find((folder) => names.get(folder)?.certain === false);
      if (found === undefined || missing !== undefined) {
        broken.push(`${hash} is called stored before ${missing ?? 'its name'} is certain`);
      }
    } else if (what === 'begin') {
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
      if (what === 'rename') {
        const { node } = nameAt(path, line);
        names.delete(path);
        names.set(to, { node, made: line, certain: false });
        if (isFinal(to, root) && node.certain < node.changed) {
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

const isFinal = (path: string, root: string): boolean => path.startsWith(`${root}/files/`);
