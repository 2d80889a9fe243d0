import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'main',
          include: ['main/**/*.test.ts', 'preload/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          pool: 'forks',
          maxWorkers: 2,
          // Node 24's V8 can abort (`jit_page.has_value()`) when many short-lived threads come and go on processors with protection keys.
          execArgv: ['--no-memory-protection-keys'],
        },
      },
      { test: { name: 'screens', include: ['renderer/e2e/**/*.spec.ts'], environment: 'node' } },
      {
        // State lives in classes with runes (*.svelte.ts), which the plugin compiles; the browser condition makes them react.
        plugins: [svelte({ configFile: false })],
        resolve: { conditions: ['browser'] },
        test: { name: 'renderer', include: ['renderer/src/**/*.test.ts'], environment: 'node' },
      },
    ],
  },
});
