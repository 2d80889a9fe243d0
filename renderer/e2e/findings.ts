import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/**
 * What axe finds on a page, with all its rules. Only what is wrong is written down: listing all that is right costs more than looking. No
 * frames here: the page is looked at by itself, without a second one.
 */
export async function findings(page: Page): Promise<unknown[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  const { violations } = await axe.analyze();
  return violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.slice(0, 3).map((node) => node.html.slice(0, 160)),
    count: nodes.length,
  }));
}
