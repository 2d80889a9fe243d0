/** Three ways to use a page: with a mouse, with keys alone, with a finger on a narrow window. */
import { expect } from 'vitest';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';

export interface Hand {
  readonly name: string;
  readonly window: BrowserContextOptions;
  /** Presses what is seen. Fails when this hand cannot reach it. */
  press(target: Locator): Promise<void>;
  /** Replaces the text of a field. */
  write(field: Locator, text: string): Promise<void>;
  /** Selects neighbouring tiles of the grid, from one on. */
  select(page: Page, from: number, count: number): Promise<void>;
  /** Takes the last step back. */
  undo(page: Page): Promise<void>;
}

const tiles = (page: Page): Locator => page.locator('[role=gridcell]');
const undoButton = (page: Page): Locator => page.getByRole('button', { name: /^Undo: / });

/** What has one tab stop for all its parts, which arrow keys reach. */
const COMPOSITES = '[role=grid], [role=menu], [role=listbox], [role=radiogroup], [role=tree], [role=treegrid]';
/** More stops than any screen has. */
const MOST_STOPS = 150;
const MOST_STEPS = 60;

/** Moves the focus to a target as a person does: Tab from where the focus is, then arrow keys within a group. */
async function reach(target: Locator): Promise<void> {
  await target.waitFor();
  const page = target.page();
  const at = (): Promise<'here' | 'group' | 'elsewhere'> =>
    target.evaluate((element, composites) => {
      const focus = document.activeElement;
      const group = element.closest(composites);
      if (focus === element) {
        return 'here';
      }
      return group !== null && focus !== null && group.contains(focus) ? 'group' : 'elsewhere';
    }, COMPOSITES);
  let place = await at();
  for (let stops = 0; place === 'elsewhere' && stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press('Tab');
    place = await at();
  }
  for (let steps = 0; place === 'group' && steps < MOST_STEPS; steps += 1) {
    const forward = await target.evaluate((element) => {
      const { activeElement } = document;
      const after = activeElement?.compareDocumentPosition(element) ?? 0;
      const across = element.matches('[role=gridcell], [role=radio]');
      const on = (after & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
      return across ? (on ? 'ArrowRight' : 'ArrowLeft') : on ? 'ArrowDown' : 'ArrowUp';
    });
    await page.keyboard.press(forward);
    place = await at();
  }
  expect([String(target), place]).toEqual([String(target), 'here']);
  // A focus that is not seen is none.
  const ring = await target.evaluate((element) => {
    const own = getComputedStyle(element);
    const around = getComputedStyle(element.parentElement ?? element);
    return [own, around].some(
      ({ outlineStyle, outlineWidth, boxShadow }) =>
        (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none',
    );
  });
  expect([String(target), ring]).toEqual([String(target), true]);
}

export const mouse: Hand = {
  name: 'mouse',
  window: { viewport: { width: 1280, height: 840 } },
  press: (target) => target.click(),
  write: (field, text) => field.fill(text),
  select: async (page, from, count) => {
    for (let at = from; at < from + count; at += 1) {
      await tiles(page)
        .nth(at)
        .click({ modifiers: ['Control'] });
    }
  },
  undo: (page) => undoButton(page).first().click(),
};

export const keys: Hand = {
  name: 'keyboard',
  window: { viewport: { width: 1280, height: 840 } },
  press: async (target) => {
    await reach(target);
    // Enter in a form sends it.
    const box = await target.evaluate((element) => element.matches('[type=checkbox], [role=checkbox]'));
    await target.page().keyboard.press(box ? 'Space' : 'Enter');
  },
  write: async (field, text) => {
    await reach(field);
    await field.page().keyboard.press('Control+a');
    await field.page().keyboard.insertText(text);
  },
  select: async (page, from, count) => {
    await reach(tiles(page).nth(from));
    await page.keyboard.press('Space');
    for (let at = 1; at < count; at += 1) {
      await page.keyboard.press('Shift+ArrowRight');
    }
  },
  undo: (page) => page.keyboard.press('Control+z'),
};

export const finger: Hand = {
  name: 'finger at 390 px',
  window: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  press: (target) => target.tap(),
  write: async (field, text) => {
    await field.tap();
    await field.fill(text);
  },
  select: async (page, from, count) => {
    await page.getByRole('button', { name: 'Select', exact: true }).tap();
    for (let at = from; at < from + count; at += 1) {
      await tiles(page).nth(at).tap();
    }
  },
  undo: (page) => undoButton(page).first().tap(),
};
