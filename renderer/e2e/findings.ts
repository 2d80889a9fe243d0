import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** The engine that the driver brings along, as its small file. */
const engine = readFile(
  createRequire(import.meta.resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js'),
  'utf8',
);

/** Rules whose answer depends on colours and on the width of the window. The others read names, roles and states alone. */
const BY_LOOK = ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable'];

/**
 * What axe finds on a page, with all its rules and the one that is off by default: targets of 24 px (WCAG 2.2 AA). With `again`, the page was
 * looked at in another size or theme, and only the rules run that depend on it. Only what is wrong is written down: listing all that is
 * right costs more than looking. No frames here: the page is looked at by itself, without a second one. The driver would bring the engine, a
 * large script, into the page twice at each look; once in the life of a page is enough.
 */
export async function findings(page: Page, again = false): Promise<unknown[]> {
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(await engine);
  }
  const axe = new AxeBuilder({ page, axeSource: 'true' }).setLegacyMode(true).options({
    resultTypes: ['violations'],
    ...(again ? { runOnly: BY_LOOK } : { rules: { 'target-size': { enabled: true } } }),
  });
  const { violations } = await axe.analyze();
  return violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.slice(0, 3).map((node) => node.html.slice(0, 160)),
    count: nodes.length,
  }));
}
