import { expect, test } from 'vitest';
import { workerEntry } from './worker-entry.ts';

test('from source, a worker is the source beside its caller', () => {
  expect(workerEntry('file:///app/main/index/client.ts', './index-worker').href).toBe(
    'file:///app/main/index/index-worker.ts',
  );
});

test('from the bundle, a worker lies beside whichever chunk asks, whatever folder its source had', () => {
  expect(workerEntry('file:///app/out/main/chunk-client-1a2b.js', './index-worker').href).toBe(
    'file:///app/out/main/index-worker.js',
  );
  expect(workerEntry('file:///app/out/main/cli.js', '../files/store-worker').href).toBe(
    'file:///app/out/main/store-worker.js',
  );
});
