import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';

/** Builds the screens as the product does, into `folder`. */
export async function buildPages(folder: string): Promise<void> {
  await build({
    root: resolve(import.meta.dirname, '../..'),
    configFile: false,
    logLevel: 'error',
    base: './',
    plugins: [svelte({ configFile: false })],
    build: { outDir: folder, emptyOutDir: true },
  });
}
