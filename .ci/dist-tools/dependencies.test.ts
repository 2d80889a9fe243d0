/** What production dependencies may never bring: libvips or GLib as native code, which end Electron on Linux. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '../..');
const lockSchema = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });
const NATIVE = /(?:^|\/)(?:sharp|canvas|@img\/[^/]+|[^/]*(?:libvips|glib)[^/]*)$/;

test('no production dependency brings libvips or GLib, on any system', async () => {
  const { packages } = lockSchema.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')));
  const shipped = Object.entries(packages).filter(([, { dev }]) => dev !== true);
  expect(shipped.map(([path]) => path)).toContain('node_modules/wasm-vips');
  expect(shipped.map(([path]) => path).filter((path) => NATIVE.test(path))).toEqual([]);
});

test.each([
  ['node_modules/sharp', true],
  ['node_modules/@img/sharp-libvips-linux-x64', true],
  ['node_modules/got/node_modules/@img/colour', true],
  ['node_modules/wasm-vips', false],
])('%s is seen: %s', (path, seen) => {
  expect(NATIVE.test(path)).toBe(seen);
});
