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

export interface Work {
  /** On the processor, ms. */
  readonly cpuMs: number;
  /** How often their threads went to sleep of themselves: each is a wake-up. */
  readonly wakeups: number;
}

/** Since they began. */
export async function workOf(ids: readonly number[]): Promise<Work> {
  let ticks = 0;
  let wakeups = 0;
  for (const id of ids) {
    const fields = (await text(`/proc/${String(id)}/stat`)).split(') ').at(-1)?.split(' ') ?? [];
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    for (const thread of await readdir(`/proc/${String(id)}/task`).catch(() => [])) {
      const status = await text(`/proc/${String(id)}/task/${thread}/status`);
      wakeups += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    }
  }
  // The unit of /proc on every Linux that Chromium runs on.
  return { cpuMs: ticks * 10, wakeups };
}

const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
