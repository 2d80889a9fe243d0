import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { Sandbox } from '../../main/sandbox/testing/sandbox.ts';
import { launchBrowser } from './browser.ts';
import { buildPages } from './stages/build-pages.ts';
import { makeSeed } from './stages/seed.ts';

declare module 'vitest' {
  // Merged with what vitest declares: only an interface can be.
  interface ProvidedContext {
    /** Folder of the built screens, for a shell to serve. */
    pagesDir: string;
    /** Folder of the library and settings that spec files copy (`copySeed`). */
    seed: string;
    /** The stand-in of the service from which the seed was synced. It runs as long as the specs. */
    service: { readonly api: string; readonly key: string };
  }
}

let folder: string | null = null;
let service: Sandbox | null = null;

/** Screens that were built from these sources a moment ago, as `npm test` does for the package it looks at. */
const BUILT = process.env['CHATKEEP_TEST_PAGES'];

/** Builds the screens, unless they are, makes a library and unpacks the browser, once for all spec files. They ask for them with `inject`. */
export async function setup(project: TestProject): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-specs-'));
  const [pagesDir, seed] = [BUILT ?? join(folder, 'pages'), join(folder, 'seed')];
  [service] = await Promise.all([makeSeed(seed), BUILT ?? buildPages(pagesDir), unpackBrowser()]);
  project.provide('pagesDir', pagesDir);
  project.provide('seed', seed);
  project.provide('service', { api: service.api, key: service.key });
}

/** The first start of a browser unpacks the carried one where none is installed: once here, not in each process. */
const unpackBrowser = async (): Promise<void> => (await launchBrowser()).close();

export async function teardown(): Promise<void> {
  await service?.close();
  if (folder !== null) {
    await rm(folder, { recursive: true, force: true });
  }
}
