/**
 * Screens and dialogs that the first picture does not need. Each is a file of its own, fetched once: when it is wanted, or before that,
 * while the page rests, so that nobody waits for it.
 */
const later = <Part>(load: () => Promise<Part>): (() => Promise<Part>) => {
  let part: Promise<Part> | null = null;
  return () => {
    part ??= load().catch((error: unknown) => {
      // Asked for once more the next time.
      part = null;
      throw error;
    });
    return part;
  };
};

export const parts = {
  viewer: later(() => import('../features/viewer/viewer.svelte')),
  dialogs: later(() => import('./dialogs.svelte')),
  conversation: later(() => import('../features/conversation/conversation.svelte')),
  search: later(() => import('../features/search/search.svelte')),
  activity: later(() => import('./activity-page.svelte')),
  changes: later(() => import('../features/changes/changes.svelte')),
  library: later(() => import('../features/library/library.svelte')),
  trash: later(() => import('../features/library/trash.svelte')),
  settings: later(() => import('../features/settings/settings.svelte')),
  setup: later(() => import('../features/setup/setup.svelte')),
} as const;

/** Fetches every part, one after the other, each when nothing else is to be done. */
export async function fetchParts(whenIdle: () => Promise<void>): Promise<void> {
  for (const part of Object.values(parts)) {
    await whenIdle();
    // The caller that needs the part gets the error.
    await part().catch(() => undefined);
  }
}
