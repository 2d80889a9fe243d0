/** The Markdown documents of the project, for the tests that check them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Document } from './links.ts';

/** The folder of the project, with a separator at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));
const NOT_OURS: ReadonlySet<string> = new Set(['node_modules', 'out', 'dist', '.git', 'coverage', 'bench-results']);

/** Every Markdown file below `folder`, by default of the whole project. Paths start at the root. */
export function documents(folder = ''): Document[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return NOT_OURS.has(entry.name) ? [] : documents(path);
    }
    return entry.name.endsWith('.md')
      ? [{ path: path.split(sep).join('/'), text: readFileSync(join(root, path), 'utf8') }]
      : [];
  });
}
