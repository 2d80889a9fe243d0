/** Other ways of looking: right to left, twice as large, without motion, with more contrast, in forced colours. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findings } from './findings.ts';
import { focusedId, visits } from './visit.ts';

const { open } = visits();
const PLACES = [
  ['#/media', '[role=gridcell] img.there'],
  ['#/media?view=list', '[role=row] img.there'],
  ['#/media?label=99', '.empty'],
  ['#/activity', 'table'],
  ['#/library', '.map li'],
  ['#/settings/sync', '.body .card'],
] as const;

/** Goes to a place in the same window. */
async function goTo(page: Page, hash: string, ready: string): Promise<void> {
  await page.evaluate((place) => {
    window.location.hash = place;
  }, hash);
  await page.locator(ready).first().waitFor();
}

/** How far the page can be scrolled sideways, px. */
const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe('right to left', () => {
  test('everything is turned over: places, tiles, keys', async () => {
    const page = await open('#/media?kind=photo&state=stored');
    await page.evaluate(() => {
      document.documentElement.dir = 'rtl';
    });
    await page.locator('[role=gridcell] img.there').first().waitFor();
    const boxOf = async (selector: string): Promise<{ x: number; width: number }> =>
      (await page.locator(selector).first().boundingBox()) ?? { x: 0, width: 0 };
    const side = await boxOf('nav.side');
    expect(side.x + side.width).toBe(1440);
    const [first, second] = await page
      .locator('[role=gridcell]')
      .evaluateAll((tiles) => tiles.slice(0, 2).map(({ id }) => id));
    expect((await boxOf(`#${first ?? ''}`)).x).toBeGreaterThan((await boxOf(`#${second ?? ''}`)).x);
    await page.locator('[role=gridcell][tabindex="0"]').focus();
    await page.keyboard.press('ArrowLeft');
    expect(await focusedId(page)).toBe(second);
    await page.keyboard.press('Enter');
    await page.locator('#viewer img.full').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(`**item=1.${(first ?? '').replace('tile-', '')}`);
    expect(await sideways(page)).toBe(0);
  });

  test('arrows point the way they lead, also in the list of keys; time runs from left to right', async () => {
    const page = await open('#/media?kind=video&state=stored');
    await page.evaluate(() => {
      document.documentElement.dir = 'rtl';
    });
    /** Where an icon points that points to the right when it is not turned. */
    const turned = (selector: string): Promise<string[]> =>
      page.locator(selector).evaluateAll((icons) => icons.map((icon) => getComputedStyle(icon).scale));
    await page.locator('[role=gridcell] img.there').first().waitFor();
    expect(await turned('header .lucide-chevron-left, header .lucide-chevron-right, .lucide-panel-left')).toEqual([
      '-1 1',
      '-1 1',
      '-1 1',
    ]);
    await page.keyboard.press('?');
    const keyOf = (name: string): Promise<string | null> =>
      page.locator('.dialog dt').filter({ hasText: name }).locator('+ dd').textContent();
    expect([await keyOf('Newer item'), await keyOf('Older item')]).toEqual(['→', '←']);
    await page.keyboard.press('Escape');
    await page.locator('[role=gridcell]').first().click();
    const viewer = page.locator('#viewer');
    await viewer.locator('video').waitFor();
    expect(await turned('#viewer header .lucide-chevron-left')).toEqual(['-1 1']);
    const older = await viewer.getByRole('button', { name: 'Older' }).boundingBox();
    expect(older?.x).toBeLessThan(720);
    const play = await viewer.locator('[data-play]').boundingBox();
    const mute = await viewer.getByRole('button', { name: 'Mute' }).boundingBox();
    expect(play?.x).toBeLessThan(mute?.x ?? 0);
    // Sizes and sentences keep their order; a setting's name stands where its line begins.
    await goTo(page, '#/settings/sync', '.body .card');
    const name = page.locator('.setting p').first();
    const [words, line] = await name.evaluate((each) => {
      const range = document.createRange();
      range.selectNodeContents(each);
      return [range.getBoundingClientRect().right, each.parentElement?.getBoundingClientRect().right];
    });
    expect(words).toBe(line);
  });

  test('Alt and the arrow that points back leads back', async () => {
    const page = await open('#/media');
    await page.evaluate(() => {
      document.documentElement.dir = 'rtl';
      window.location.hash = '#/library';
    });
    await page.locator('.map li').first().waitFor();
    await page.keyboard.press('Alt+ArrowRight');
    await page.waitForURL(/#\/media$/);
  });
});

describe('twice as large', () => {
  // A window of 1440 × 900 at 200 %.
  const options = { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 };

  test('every place fits and has nothing for axe to say', async () => {
    const page = await open('#/media', options);
    for (const [hash, ready] of PLACES) {
      await goTo(page, hash, ready);
      expect(await sideways(page), hash).toBe(0);
      expect(await findings(page), hash).toEqual([]);
    }
  });

  test('the sheet of shortcuts is scrolled by keys to its end', async () => {
    const page = await open('#/media', options);
    await page.locator('[role=gridcell] img.there').first().waitFor();
    await page.keyboard.press('?');
    const body = page.locator('.dialog-body');
    await body.waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('End');
    await expect
      .poll(() => body.evaluate((box) => Math.round(box.scrollHeight - box.clientHeight - box.scrollTop)))
      .toBeLessThanOrEqual(1);
  });

  test('viewer and its panel stay usable', async () => {
    const page = await open('#/media?kind=photo&state=stored', options);
    await page.locator('[role=gridcell] img.there').first().waitFor();
    await page.locator('[role=gridcell][tabindex="0"]').focus();
    await page.keyboard.press('Enter');
    const picture = page.locator('#viewer img.full');
    await picture.waitFor();
    expect((await picture.boundingBox())?.height ?? 0).toBeGreaterThan(150);
    await page.keyboard.press('i');
    await page.getByRole('complementary', { name: 'Details' }).waitFor();
    expect(await sideways(page)).toBe(0);
  });
});

describe('without motion', () => {
  test('nothing takes time to change', async () => {
    const page = await open('#/media', { reducedMotion: 'reduce' });
    await page.locator('[role=gridcell] img.there').first().waitFor();
    const longest = await page.evaluate(() =>
      Math.max(
        ...[...document.querySelectorAll('*')].flatMap((element) => {
          const { transitionDuration, animationDuration } = getComputedStyle(element);
          return [transitionDuration, animationDuration].flatMap((text) =>
            text.split(',').map((part) => parseFloat(part)),
          );
        }),
      ),
    );
    expect(longest).toBeLessThanOrEqual(0.01);
  });

  test('a gif waits to be played', async () => {
    const page = await open('#/media?kind=gif&state=stored', { reducedMotion: 'reduce' });
    await page.locator('[role=gridcell]').first().press('Enter');
    const film = page.locator('#viewer video');
    await film.waitFor();
    expect(await film.evaluate((video: HTMLVideoElement) => video.autoplay)).toBe(false);
    await page.getByRole('button', { name: 'Play' }).waitFor();
  });
});

describe('more contrast', () => {
  test.each(['light', 'dark'] as const)('in %s, edges appear and every text is readable', async (colorScheme) => {
    const page = await open('#/media?view=list', { colorScheme, contrast: 'more' });
    await page.locator('[role=row] img.there').first().waitFor();
    expect(await findings(page)).toEqual([]);
    const grey = await open('#/media?view=list', { colorScheme });
    await grey.locator('[role=row] img.there').first().waitFor();
    const line = (of: Page): Promise<string> =>
      of.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--line'));
    expect(await line(page)).not.toBe(await line(grey));
  });

  test('in forced colours the focus, checks and selected rows can still be told', async () => {
    const page = await open('#/media?view=list', { forcedColors: 'active' });
    await page.locator('[role=row] img.there').first().waitFor();
    const row = page.locator('[role=row][tabindex="0"]');
    await row.focus();
    await page.keyboard.press('Space');
    const outline = await row.evaluate((element) => getComputedStyle(element).outlineStyle);
    expect(outline).toBe('solid');
    expect(await row.locator('.check svg').count()).toBe(1);
    expect(await findings(page)).toEqual([]);
  });
});

test('Tab goes from the places to the list of media in the order that is seen', async () => {
  const page = await open('#/media');
  await page.locator('[role=gridcell] img.there').first().waitFor();
  const stops: { part: string; x: number; y: number }[] = [];
  for (let step = 0; step < 90; step += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      const box = element?.getBoundingClientRect();
      const parts = {
        places: 'nav',
        top: 'header',
        filters: '[role=toolbar]',
        grid: '[role=grid]',
        slider: '[role=slider]',
      };
      const within = (selector: string): boolean => (element?.closest(selector) ?? null) !== null;
      const part = Object.entries(parts).find(([, selector]) => within(selector))?.[0] ?? 'other';
      return { part, x: box?.x ?? 0, y: box?.y ?? 0 };
    });
    stops.push(stop);
    if (stop.part === 'slider') {
      break;
    }
  }
  const parts = stops.map(({ part }) => part).filter((part, index, all) => part !== all[index - 1]);
  expect(parts.filter((part) => part !== 'other')).toEqual(['places', 'top', 'filters', 'grid', 'slider']);
  expect(stops.filter(({ part }) => part === 'grid')).toHaveLength(1);
  const top = stops.filter(({ part }) => part === 'top').map(({ x }) => x);
  expect(top).toEqual(top.toSorted((a, b) => a - b));
});

test('a video without a still looks like a film and tells its length', async () => {
  const page = await open('#/media?kind=video&state=stored');
  const film = page.locator('[role=gridcell]').filter({ has: page.locator('.lucide-film') });
  await film.first().waitFor();
  expect(await film.first().textContent()).toMatch(/\d:\d\d/);
  expect(await film.first().getAttribute('aria-label')).toContain('Video');
});
