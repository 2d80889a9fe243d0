import type { TestProject } from 'vitest/node';
import { serveMemoryPage, type MemoryPage } from './memory-page.ts';

declare module 'vitest' {
  // Merged with what vitest declares: only an interface can be.
  interface ProvidedContext {
    /** Address of the page over the made-up library, without a query: one for the specs of all files. */
    memoryPage: string;
  }
}

let page: MemoryPage | null = null;

/** Builds the made-up page once for all spec files, which ask for it with `inject('memoryPage')`. */
export async function setup(project: TestProject): Promise<void> {
  page = await serveMemoryPage();
  project.provide('memoryPage', page.url);
}

export async function teardown(): Promise<void> {
  await page?.close();
}
