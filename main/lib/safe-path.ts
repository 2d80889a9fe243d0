/** Containment of paths. A prefix test lets `/library-evil` pass for `/library`; the relative path does not. */
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * Whether `candidate` (absolute, or relative to `root`) lies inside `root`; the root itself does not. By words only: links are not
 * followed, use `realInside` for paths that others may have made.
 */
export function isInside(root: string, candidate: string): boolean {
  if (root.includes('\0') || candidate.includes('\0')) {
    return false;
  }
  const way = relative(resolve(root), resolve(root, candidate));
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The real path of `candidate` when it exists and lies inside `root` after following every link; else null. */
export async function realInside(root: string, candidate: string): Promise<string | null> {
  if (!isInside(root, candidate)) {
    return null;
  }
  try {
    const [realRoot, real] = await Promise.all([realpath(root), realpath(resolve(root, candidate))]);
    return isInside(realRoot, real) ? real : null;
  } catch {
    return null;
  }
}
