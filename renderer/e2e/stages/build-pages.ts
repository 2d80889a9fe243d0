import { join, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';

/** Builds the screens as the product does, into `folder`. */
export async function buildPages(folder: string): Promise<void> {
  const root = resolve(import.meta.dirname, '../..');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [svelte({ configFile: false })],
    build: { outDir: folder, emptyOutDir: true, rollupOptions: { input: join(root, 'index.html') } },
  });
}
