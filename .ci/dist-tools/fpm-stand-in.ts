#!/usr/bin/env node
/**
 * Stands in for fpm where it cannot be downloaded: makes a deb of the same arguments with dpkg-deb. For the check of what is packed;
 * releases are made with fpm itself.
 */
import { execFile } from 'node:child_process';
import { chmod, cp, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const SWITCHES: ReadonlySet<string> = new Set(['--force', '--debug']);

interface Wish {
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** `from` on this machine → absolute place in the package. */
  readonly files: readonly (readonly [string, string])[];
}

function readArguments(args: readonly string[]): Wish {
  const options = new Map<string, string[]>();
  const files: [string, string][] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (SWITCHES.has(arg)) {
      continue;
    }
    if (arg.startsWith('-')) {
      index += 1;
      options.set(arg, [...(options.get(arg) ?? []), args[index] ?? '']);
      continue;
    }
    const cut = arg.indexOf('=');
    files.push([arg.slice(0, cut), arg.slice(cut + 1)]);
  }
  return { options, files };
}

function controlFile({ options }: Wish): string {
  const one = (name: string): string => options.get(name)?.[0] ?? '';
  const all = (name: string): string => (options.get(name) ?? []).join(', ');
  const [synopsis = '', ...description] = one('--description').split('\n');
  return [
    `Package: ${one('--name')}`,
    `Version: ${one('--version')}`,
    `Architecture: ${one('--architecture')}`,
    `Maintainer: ${one('--maintainer')}`,
    `Section: ${one('--category')}`,
    `Priority: ${one('--deb-priority')}`,
    `Homepage: ${one('--url')}`,
    `Depends: ${all('-d')}`,
    `Recommends: ${all('--deb-recommends')}`,
    `Description: ${synopsis.trim()}`,
    ...description.map((line) => ` ${line.trim()}`),
    '',
  ].join('\n');
}

const wish = readArguments(process.argv.slice(2));
if (wish.options.get('-t')?.[0] !== 'deb') {
  throw new Error('This stand-in of fpm makes deb packages only.');
}
const root = await mkdtemp(join(tmpdir(), 'chatkeep-deb-'));
try {
  for (const [from, to] of wish.files) {
    await mkdir(join(root, dirname(to)), { recursive: true });
    await cp(from, join(root, to), { recursive: true, verbatimSymlinks: true });
  }
  await mkdir(join(root, 'DEBIAN'));
  await writeFile(join(root, 'DEBIAN/control'), controlFile(wish));
  for (const [option, name] of [
    ['--after-install', 'postinst'],
    ['--after-remove', 'postrm'],
  ] as const) {
    await copyFile(wish.options.get(option)?.[0] ?? '', join(root, 'DEBIAN', name));
    await chmod(join(root, 'DEBIAN', name), 0o755);
  }
  const target = wish.options.get('--package')?.[0] ?? '';
  await promisify(execFile)('dpkg-deb', ['--build', '--root-owner-group', '-Zgzip', '-z1', root, target]);
} finally {
  await rm(root, { recursive: true });
}
