import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { serveMemoryPage, type MemoryPage } from './memory-page.ts';
import { buildPages } from './stages/build-pages.ts';

declare module 'vitest' {
  // Merged with what vitest declares: only an interface can be.
  interface ProvidedContext {
    /** Folder of the built screens, for a shell to serve. */
    pagesDir: string;
    /** Address of the page over the made-up library, without a query: one for the specs of all files. */
    memoryPage: string;
  }
}

let folder: string | null = null;
let page: MemoryPage | null = null;

/** Builds the screens once for all spec files, which ask for them with `inject`: those over the made-up library and those of the product. */
export async function setup(project: TestProject): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-pages-'));
  await buildPages(folder, ['index.html', 'dev.html']);
  page = await serveMemoryPage(folder);
  project.provide('pagesDir', folder);
  project.provide('memoryPage', page.url);
}

export async function teardown(): Promise<void> {
  await page?.close();
  if (folder !== null) {
    await rm(folder, { recursive: true, force: true });
  }
}
