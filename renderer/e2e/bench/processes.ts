/** A process with all below it, as Linux tells of them in /proc. */
import { readdir, readFile } from 'node:fs/promises';

/** Ids of these processes and all their children; those that ended meanwhile are left out. */
export async function treeOf(roots: readonly number[]): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await text(`/proc/${name}/stat`) : '';
    const parent = /\) \S (\d+)/.exec(stat)?.[1];
    if (parent !== undefined) {
      parents.set(Number(name), Number(parent));
    }
  }
  const tree = new Set(roots);
  for (let before = 0; before !== tree.size;) {
    before = tree.size;
    for (const [id, parent] of parents) {
      if (tree.has(parent)) {
        tree.add(id);
      }
    }
  }
  return [...tree];
}

/**
 * What they hold, MB. Memory that several share is counted by its share in each where the system tells (`Pss`); of processes in
 * Chromium's sandbox, of which it does not, by what is their own.
 */
export async function memoryOf(ids: readonly number[]): Promise<number> {
  let kilobytes = 0;
  for (const id of ids) {
    const pss = /^Pss:\s+(\d+)/m.exec(await text(`/proc/${String(id)}/smaps_rollup`))?.[1];
    const anonymous = /^RssAnon:\s+(\d+)/m.exec(await text(`/proc/${String(id)}/status`))?.[1];
    kilobytes += Number(pss ?? anonymous ?? 0);
  }
  return kilobytes / 1024;
}

/** The same by kind of process, the largest first: `main` for those that Chromium did not start, else its own word (`renderer`, `gpu-process`). */
export async function memoryByKind(ids: readonly number[]): Promise<[kind: string, megabytes: number][]> {
  const kinds = new Map<string, number>();
  for (const id of ids) {
    const kind = /--type=([a-z-]+)/.exec(await text(`/proc/${String(id)}/cmdline`))?.[1] ?? 'main';
    kinds.set(kind, (kinds.get(kind) ?? 0) + (await memoryOf([id])));
  }
  return [...kinds].sort(([, a], [, b]) => b - a);
}

export interface Work {
  /** On the processor, ms. */
  readonly cpuMs: number;
  /** How often threads went to sleep of themselves: each is a wake-up. */
  readonly wakeups: number;
}

/** What each thread of these processes has done since it began, by its id. */
export async function workOf(ids: readonly number[]): Promise<ReadonlyMap<string, Work>> {
  const threads = new Map<string, Work>();
  for (const id of ids) {
    const folder = `/proc/${String(id)}/task`;
    for (const thread of await readdir(folder).catch(() => [])) {
      const nanoseconds = /^\d+/.exec(await text(`${folder}/${thread}/schedstat`))?.[0];
      const slept = /^voluntary_ctxt_switches:\s+(\d+)/m.exec(await text(`${folder}/${thread}/status`))?.[1];
      threads.set(thread, { cpuMs: Number(nanoseconds ?? 0) / 1e6, wakeups: Number(slept ?? 0) });
    }
  }
  return threads;
}

/** Work from one look to a later one. Threads that ended in between are left out. */
export function workBetween(before: ReadonlyMap<string, Work>, after: ReadonlyMap<string, Work>): Work {
  let [cpuMs, wakeups] = [0, 0];
  for (const [thread, done] of after) {
    cpuMs += done.cpuMs - (before.get(thread)?.cpuMs ?? 0);
    wakeups += done.wakeups - (before.get(thread)?.wakeups ?? 0);
  }
  return { cpuMs, wakeups };
}

const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
