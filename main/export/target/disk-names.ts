/**
 * Names as a disk has them. A Mac may write a composed letter (é) as two characters; elsewhere that is another name, though it looks the
 * same. A look-up by the composed name finds either form.
 */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** ASCII has one form. */
const isPlain = (name: string): boolean => /^[ -~]*$/.test(name);

/** The names below one folder, with cached folder listings for one run. Synchronous. */
export class DiskNames {
  readonly #root: string;
  /** Folders by their path below the root, in composed names. */
  readonly #folders = new Map<string, string>();
  readonly #listings = new Map<string, ReadonlyMap<string, string>>();

  /** `root`: absolute. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Absolute path of `path` (relative, `/` between names): under the names that stand there, or its own where nothing does. */
  pathOf(path: string): string {
    if (isPlain(path)) {
      return join(this.#root, ...path.split('/'));
    }
    const slash = path.lastIndexOf('/');
    return this.#child(slash < 0 ? this.#root : this.#folder(path.slice(0, slash)), path.slice(slash + 1));
  }

  #folder(path: string): string {
    let folder = this.#folders.get(path);
    if (folder === undefined) {
      folder = this.pathOf(path);
      this.#folders.set(path, folder);
    }
    return folder;
  }

  #child(folder: string, name: string): string {
    const path = join(folder, name);
    return isPlain(name) || isThere(path)
      ? path
      : join(folder, this.#listing(folder).get(name.normalize('NFC')) ?? name);
  }

  #listing(folder: string): ReadonlyMap<string, string> {
    let names = this.#listings.get(folder);
    if (names === undefined) {
      names = new Map(namesIn(folder).map((name) => [name.normalize('NFC'), name]));
      this.#listings.set(folder, names);
    }
    return names;
  }
}

/** Whether a path exists. A path that cannot be read counts as existing, so that its next use reports the error. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
