/** The list at a million: opened, ordered, leapt through and scrolled. Functions that say so run in the page and see nothing of this module. */
import type { Browser, Page } from 'playwright-core';
import { figure, type Figure } from '../../../main/bench/figures.ts';
import { HAND, scroll } from './probe.ts';
import { longest, sum, traced } from './traced.ts';

/**
 * Goes to an address of the list, or presses a heading (`#heading-size`). Answers ms until every row in view is drawn with what it is and the
 * headings say the order. Runs in the page.
 */
export async function list({ to, sort }: { to: string; sort: string }): Promise<number> {
  const before = document.querySelector('[role=grid]');
  const from = performance.now();
  if (to.startsWith('#heading-')) {
    document.querySelector<HTMLElement>(to)?.click();
  } else {
    window.location.hash = to;
  }
  return window.probe.until(
    from,
    () =>
      document.querySelector('[role=grid]') !== before &&
      document.querySelector(`[aria-sort=${sort}]`) !== null &&
      window.probe.rowsInView(),
  );
}

/** Drags the scroll bar to a share of its length. Answers ms until every row in view is drawn with what it is. Runs in the page. */
export async function drag(share: number): Promise<number> {
  const box = document.querySelector('.box');
  if (box === null) {
    throw new Error('There is no list.');
  }
  const from = performance.now();
  box.scrollTop = share * (box.scrollHeight - box.clientHeight);
  await new Promise((done) => requestAnimationFrame(done));
  return window.probe.until(from, () => window.probe.rowsInView());
}

/** Headings as a person presses them, each in both directions, and what they say then. */
const PRESSES = [
  ['size', 'descending'],
  ['size', 'ascending'],
  ['sent', 'descending'],
  ['sent', 'ascending'],
  ['chat', 'ascending'],
  ['chat', 'descending'],
  ['length', 'descending'],
  ['length', 'ascending'],
] as const;
const ROUNDS = 8;

/** Everything the list is measured by. Leaves the page at the list. */
export async function listFigures(browser: Browser, page: Page): Promise<Figure[]> {
  const opened: number[] = [];
  const times = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round += 1) {
    opened.push(await page.evaluate(list, { to: '#/media?view=list', sort: 'descending' }));
    for (const [heading, sort] of PRESSES) {
      const ms = await page.evaluate(list, { to: `#heading-${heading}`, sort });
      times.set(heading, [...(times.get(heading) ?? []), ms]);
    }
    await page.evaluate(() => {
      window.location.hash = '#/media';
    });
    await page.locator('[role=slider]').waitFor();
  }
  await page.evaluate(list, { to: '#/media?view=list', sort: 'descending' });
  const leaps: number[] = [];
  for (let round = 0; round < 40; round += 1) {
    leaps.push(await page.evaluate(drag, (round * 0.618_033_988_7 + 0.5) % 1));
  }
  const target = { atMost: { value: 150, of: 'p95' } } as const;
  return [
    figure('list', 'opened by date: rows in place', 'ms', opened, target),
    ...[...times].map(([heading, ms]) =>
      figure('list', `${heading === 'sent' ? 'date' : heading} pressed: rows in place`, 'ms', ms, target),
    ),
    figure('list', 'leap by scroll bar: rows in place', 'ms', leaps, target),
    ...(await scrolled(browser, page, 'by date')),
    ...(await page
      .evaluate(list, { to: '#heading-size', sort: 'descending' })
      .then(() => scrolled(browser, page, 'by size'))),
  ];
}

async function scrolled(browser: Browser, page: Page, order: string): Promise<Figure[]> {
  await page.evaluate(drag, 0);
  const hand = await page.evaluate(scroll, HAND);
  await page.evaluate(drag, 0);
  const calm = await traced(browser, page, () => page.evaluate(scroll, HAND));
  const under = { atMost: { value: 50 } } as const;
  return [
    figure('list', `${order}, scrolled by hand: longest task, on the processor`, 'ms', [longest(calm.cpu)], under),
    figure('list', `${order}: the page on the processor, a frame`, 'ms', [sum(calm.cpu) / calm.value.frames]),
    figure('list', `${order}: longest task, by the clock (0 = none over 50)`, 'ms', [longest(hand.tasks)]),
    figure('list', `${order}: frames late`, '%', [(hand.late / hand.frames) * 100]),
  ];
}
