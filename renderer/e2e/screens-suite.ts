/**
 * Every screen on the real server: nothing in the console, nothing for axe to say. Each is looked at wide and light, then narrow and dark.
 * With `SCREENSHOTS=<folder>` those kept for the documents are also written there; `SCREENSHOT_FONT=<woff2>` stands for the font of
 * the system where a bare machine has none.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { draw } from '../../main/pictures/testing/made-pictures.ts';
import { findings } from './findings.ts';
import type { Answers } from './stages/overrides.ts';
import { visits, type Visit } from './visit.ts';

const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 760, height: 900 } } as const;
const LOOKS = [
  ['wide', 'light'],
  ['narrow', 'dark'],
] as const;
/** Kept as a picture for the documents: in all sizes, or wide alone. */
export type Picture = 'all' | 'wide';

export interface Screen {
  readonly name: string;
  readonly hash: string;
  readonly answers?: Answers;
  /** Brings the page to the state to look at. */
  readonly act?: (page: Page, visit: Visit) => Promise<void>;
  readonly picture?: Picture;
  /** What it may say in the console. */
  readonly says?: RegExp;
  /** Seen when the screen is ready. */
  readonly ready: string;
}

const folder = process.env['SCREENSHOTS'] ?? null;
const font = process.env['SCREENSHOT_FONT'] ?? null;

/** Writes a picture of the page with a palette of 256 colours: small, and enough for a document. */
async function keepPicture(page: Page, path: string): Promise<void> {
  if (font !== null) {
    await page.evaluate(
      async (bytes) => {
        const face = new FontFace(
          'Document',
          Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)),
          { weight: '100 900' },
        );
        document.fonts.add(await face.load());
        document.documentElement.style.setProperty('--font', 'Document, sans-serif');
      },
      (await readFile(font)).toString('base64'),
    );
  }
  await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
  await writeFile(path, await draw({ from: { bytes: await page.screenshot() }, to: { format: 'png', palette: true } }));
}

/** Finds nothing wrong on a page, in each look. */
export async function look(page: Page, name: string, picture?: Picture): Promise<void> {
  const found: unknown[] = [];
  for (const [at, [size, theme]] of LOOKS.entries()) {
    await page.setViewportSize(SIZES[size]);
    await page.emulateMedia({ colorScheme: theme });
    found.push(...(await findings(page, at > 0)).map((finding) => ({ size, theme, finding })));
  }
  if (folder !== null && picture !== undefined) {
    await mkdir(folder, { recursive: true });
    for (const size of picture === 'all' ? (['wide', 'narrow'] as const) : (['wide'] as const)) {
      for (const theme of ['light', 'dark'] as const) {
        await page.setViewportSize(SIZES[size]);
        await page.emulateMedia({ colorScheme: theme });
        await keepPicture(page, join(folder, `${name}-${size}-${theme}.png`));
      }
    }
  }
  expect(found).toEqual([]);
}

/** Notes what a page says in its console. */
export function listen(page: Page): string[] {
  const said: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      said.push(`${message.text()} ${message.location().url}`);
    }
  });
  page.on('pageerror', (error) => said.push(String(error)));
  return said;
}

export function screens(list: readonly Screen[]): void {
  const visit = visits();
  let said: string[] | null = null;
  test.each(list)('$name', async ({ name, hash, answers, act, picture, says, ready }) => {
    const page = await visit.reopen(hash, answers);
    said ??= listen(page);
    await page.setViewportSize(SIZES.wide);
    await page.locator(ready).first().waitFor();
    await act?.(page, visit);
    await look(page, name, picture);
    expect(
      said
        .splice(0)
        .filter((text) => says?.test(text) !== true)
        .join('\n'),
    ).toBe('');
  });
}
