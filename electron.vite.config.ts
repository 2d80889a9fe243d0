import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';

const here = (path: string): string => resolve(import.meta.dirname, path);

/** Whoever starts the demo wants to read what it says, not each file that was made. */
const logLevel = 'warn';
const checks = { bundlerTimings: false } as const;

// Workers are entries of their own and every chunk lies flat in out/main, so that `worker-entry.ts`
// finds them beside whichever file asks.
export default defineConfig({
  main: {
    logLevel,
    build: {
      outDir: 'out/main',
      sourcemap: true,
      // Bundled, only what is used of it is read, in a fifth of the time.
      externalizeDeps: { exclude: ['zod'] },
      rollupOptions: {
        checks,
        input: {
          cli: here('main/shell/cli/index.ts'),
          electron: here('main/shell/packaged.ts'),
          start: here('main/shell/electron/launch/index.ts'),
          'index-worker': here('main/index/index-worker.ts'),
          'index-copy-worker': here('main/index/copy/index-copy-worker.ts'),
          'pdf-worker': here('main/export/pdf/pdf-worker.ts'),
          'export-worker': here('main/export/put/export-worker.ts'),
          'store-worker': here('main/files/store/store-worker.ts'),
          'page-reader-worker': here('main/api/page-reader-worker.ts'),
          'picture-worker': here('main/pictures/picture-worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
      },
    },
  },
  // A sandboxed preload can load nothing: one CommonJS file, whatever it imports.
  preload: {
    logLevel,
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        checks,
        input: { index: here('preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    logLevel,
    root: here('renderer'),
    plugins: [svelte({ configFile: false })],
    build: {
      outDir: here('out/renderer'),
      minify: true,
      // What the first screen does not need is in files of its own (renderer/src/shell/parts.ts): a build says so when it no longer is.
      chunkSizeWarningLimit: 400,
      // What is bundled into the screens, for the list of licences.
      license: { fileName: 'bundled.json' },
      rollupOptions: { checks, input: here('renderer/index.html') },
    },
  },
});
