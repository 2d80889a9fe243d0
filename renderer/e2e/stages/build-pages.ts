import { join, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';

/** Builds the screens as the product does, into `folder`; with `dev.html` also those over the made-up library. */
export async function buildPages(folder: string, pages: readonly string[] = ['index.html']): Promise<void> {
  const root = resolve(import.meta.dirname, '../..');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    base: './',
    plugins: [svelte({ configFile: false })],
    build: {
      outDir: folder,
      emptyOutDir: true,
      rollupOptions: { input: pages.map((page) => join(root, page)) },
    },
  });
}
