/** What the specs of screens rely on must be able to fail. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type OpenBrowser } from './browser.ts';
import { findings } from './findings.ts';

let browser: OpenBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
});

test('a picture without words, pale letters and small targets are found, in light and dark', async () => {
  const page = await (await browser.newContext()).newPage();
  await page.setContent(
    '<!doctype html><html lang="en"><title>t</title><main><h1>t</h1><img src="data:,"><p class="pale">pale</p>' +
      '<button aria-label="a"></button><button aria-label="b"></button></main>' +
      '<style>button{width:20px;height:20px;padding:0;border:0}.pale{color:#ddd;background:#fff}@media(prefers-color-scheme:dark){.pale{color:#333;background:#222}}</style>',
  );
  const [contrast, alt, size] = [
    { id: 'color-contrast', count: 1 },
    { id: 'image-alt', count: 1 },
    { id: 'target-size', count: 2 },
  ];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await findings(page)).toMatchObject([contrast, alt, size]);
    expect(await findings(page, true)).toMatchObject([contrast, size]);
  }
});
