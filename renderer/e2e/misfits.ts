import type { Page } from 'playwright-core';

/**
 * What does not fit on a page: a page that scrolls sideways, controls and headings that the window cuts or something else covers, text that
 * its box cuts without an ellipsis. What scrolls by itself may be scrolled away; the filmstrip runs out at both sides.
 */
export const misfits = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const tell = (what: string, element: Element): void => {
      found.push(`${what}: ${element.outerHTML.slice(0, 120)}`);
    };
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) {
      found.push(`the page scrolls sideways by ${String(root.scrollWidth - root.clientWidth)} px`);
    }
    const SCROLLS = ['auto', 'scroll'];
    /** The part of an element that its scrolling parents show; null = it is scrolled away, at least in part. */
    const shown = (element: Element): DOMRect | null => {
      const box = element.getBoundingClientRect();
      for (let each = element.parentElement; each !== null; each = each.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(each);
        const room = each.getBoundingClientRect();
        const acrossCut = SCROLLS.includes(overflowX) && (box.left < room.left - 1 || box.right > room.right + 1);
        const downCut = SCROLLS.includes(overflowY) && (box.top < room.top - 1 || box.bottom > room.bottom + 1);
        // A column of text that scrolls down never scrolls across.
        const sideways = each.matches('[role=region], [role=tree]') || !SCROLLS.includes(overflowY);
        if (downCut || (acrossCut && sideways)) {
          return null;
        }
      }
      return box;
    };
    const layers = document.querySelectorAll(
      '.dialog, .menu, .palette, #viewer, #viewer aside.narrow, nav.drawer, .label-box, dialog[open]',
    );
    const top = [...layers].at(-1) ?? document.body;
    const LEFT_OUT = '.skip, .hidden-text, [inert], [id^=film-], [aria-hidden=true], .veil';
    for (const element of top.querySelectorAll('button, a, input, textarea, h1, h2, [role=slider], [role=menuitem]')) {
      const box = element.getBoundingClientRect();
      if (box.width < 2 || element.closest(LEFT_OUT) !== null || !element.checkVisibility({ opacityProperty: true })) {
        continue;
      }
      if (shown(element) === null) {
        continue;
      }
      if (box.left < -0.5 || box.right > window.innerWidth + 0.5) {
        tell('beside the window', element);
      }
      const range = document.createRange();
      range.selectNodeContents(element);
      const text = element.matches('h1, h2') ? range.getBoundingClientRect() : box;
      const [left, right] = [Math.max(text.left, box.left), Math.min(text.right, box.right)];
      for (const x of [left + 3, (left + right) / 2, right - 3]) {
        const hit = document.elementFromPoint(x, (text.top + text.bottom) / 2);
        const toast = hit?.closest('.toast, .tip, section.bar, [data-foot], [role=search]') ?? null;
        if (hit !== null && toast === null && !element.contains(hit) && !hit.contains(element)) {
          tell(`covered by ${hit.outerHTML.slice(0, 60)}`, element);
          break;
        }
      }
    }
    for (const element of top.querySelectorAll('*')) {
      const { overflowX, overflowY, textOverflow, display } = getComputedStyle(element);
      const words = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim());
      if (!words || display === 'inline' || element.closest(LEFT_OUT) !== null || !element.checkVisibility()) {
        continue;
      }
      if (overflowX === 'hidden' && textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1) {
        tell('text is cut', element);
      }
      if (overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 4) {
        tell('lines are cut', element);
      }
    }
    for (const box of top.querySelectorAll('.page, .box, .dialog-body, .menu, .body')) {
      if (box.scrollWidth > box.clientWidth + 1) {
        tell('scrolls sideways', box);
      }
    }
    return found;
  });

/** Controls of what lies on top (a menu, a dialog, the sidebar as a drawer) that no scrolling brings into the window. */
export const unreachable = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).evaluate((layer) =>
    [...layer.querySelectorAll('button, a, input, [role=menuitem], [role=menuitemcheckbox]')].flatMap((element) => {
      if (!element.checkVisibility()) {
        return [];
      }
      element.scrollIntoView({ block: 'nearest' });
      const { left, right, top, bottom, width } = element.getBoundingClientRect();
      const inside =
        left >= -0.5 && top >= -0.5 && right <= window.innerWidth + 0.5 && bottom <= window.innerHeight + 0.5;
      return inside || width < 2 ? [] : [element.outerHTML.slice(0, 120)];
    }),
  );
