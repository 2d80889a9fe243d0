import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Real browsers, child processes and kills on shared machines: a test that fails there is run again, and the report says so.
    retry: process.env['CI'] === 'true' ? 2 : 0,
    projects: [
      {
        test: {
          name: 'main',
          include: ['main/**/*.test.ts', 'preload/**/*.test.ts', '.ci/**/*.test.ts'],
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
