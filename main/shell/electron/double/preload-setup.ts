import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildPreload } from './build-preload.ts';

declare module 'vitest' {
  // Merged with what vitest declares: only an interface can be.
  interface ProvidedContext {
    /** Path of the bundled preload: one for the tests of all files. */
    preload: string;
  }
}

let folder: string | null = null;

/** Bundles the preload once for all test files, which ask for it with `inject('preload')`. */
export async function setup(project: TestProject): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-preload-'));
  project.provide('preload', await buildPreload(folder));
}

export async function teardown(): Promise<void> {
  if (folder !== null) {
    await rm(folder, { recursive: true, force: true });
  }
}
