import { access } from 'node:fs/promises';
import chromium from '@sparticuz/chromium';
import { chromium as driver, type Browser } from 'playwright-core';

const INSTALLED = [
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
];

async function findBrowser(): Promise<string> {
  const named = process.env['CHROME_PATH'];
  for (const path of named === undefined || named === '' ? INSTALLED : [named]) {
    try {
      await access(path);
      return path;
    } catch {
      // The next place is tried.
    }
  }
  return chromium.executablePath();
}

/** A real browser: `CHROME_PATH`, an installed Chrome, Chromium or Edge, else the one a dev dependency carries. */
export async function launchBrowser(): Promise<Browser> {
  return driver.launch({ executablePath: await findBrowser(), args: ARGUMENTS, headless: true });
}
