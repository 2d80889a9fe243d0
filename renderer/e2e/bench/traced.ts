import type { Browser, Page } from 'playwright-core';

/** Runs work while the browser writes down the tasks of the page's main thread. Answers their times on the processor, ms. */
export async function traced<Value>(
  browser: Browser,
  page: Page,
  work: () => Promise<Value>,
): Promise<{ value: Value; cpu: number[] }> {
  await browser.startTracing(page, { categories: ['toplevel'] });
  const value = await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const threads = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const tasks = traceEvents.filter(({ name, tdur }) => name.endsWith('RunTask') && tdur !== undefined);
  // The page that worked is the one with the most work.
  const all = threads.map(({ pid, tid }) => tasks.filter((task) => task.pid === pid && task.tid === tid));
  const busiest = all.sort((a, b) => total(b) - total(a))[0] ?? [];
  return { value, cpu: busiest.map(({ tdur }) => (tdur ?? 0) / 1000) };
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** On the processor, µs: what other programs take of it does not count. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

export const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const total = (events: readonly TraceEvent[]): number => events.reduce((sum, { tdur }) => sum + (tdur ?? 0), 0);

/** The longest of them; 0 of none. */
export const longest = (tasks: readonly number[]): number => tasks.reduce((most, task) => Math.max(most, task), 0);
