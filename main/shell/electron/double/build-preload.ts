import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'vite';

/** Bundles the preload as the product's build does (one CommonJS file beside `electron`) into `folder`; answers its path. */
export async function buildPreload(folder: string): Promise<string> {
  const input = resolve(import.meta.dirname, '../../../../preload/index.ts');
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      rollupOptions: { input, external: ['electron'], output: { format: 'cjs' } },
    },
  });
  const [bundle] = Array.isArray(result) ? result : [result];
  if (bundle === undefined || !('output' in bundle)) {
    throw new Error('The preload was not built.');
  }
  const chunks = bundle.output.filter((each) => each.type === 'chunk');
  const [only] = chunks;
  if (only === undefined || chunks.length > 1) {
    throw new Error(`A sandboxed preload is one file, not ${String(chunks.length)}.`);
  }
  const path = join(folder, 'preload.cjs');
  await writeFile(path, only.code);
  return path;
}
