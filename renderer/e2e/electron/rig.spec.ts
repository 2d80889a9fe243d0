/** The rig itself, on a program of a few lines: what the specs ask its main process is answered. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driveFolder, inMain, noElectron } from './rig.ts';

/** Notes when it is driven and when it is ready. Works without a pause, and collects garbage all the time. */
const BUSY = `
globalThis.order = [];
const run = globalThis.__playwright_run;
globalThis.__playwright_run = () => {
  order.push('driven');
  run?.();
};
require('electron').app.whenReady().then(() => order.push('ready'));
require('node:v8').setFlagsFromString('--expose-gc');
const gc = require('node:vm').runInNewContext('gc');
setInterval(() => {
  for (let times = 0; times < 5; times += 1) gc();
}, 1);
`;

describe.skipIf(noElectron)('the rig', () => {
  let folder: string;
  let app: ElectronApplication;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chatkeep-rig-'));
    await writeFile(join(folder, 'package.json'), '{ "main": "main.cjs" }');
    await writeFile(join(folder, 'main.cjs'), BUSY);
    app = await driveFolder(folder);
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('the program gets ready once it is driven, so that no page loads while the driver attaches', async () => {
    const order = (): Promise<unknown> => inMain(app, () => (globalThis as { readonly order?: unknown }).order);
    await expect.poll(order).toEqual(['driven', 'ready']);
  });

  test('every question to a busy main process is answered', async () => {
    for (let asked = 1; asked <= 20; asked += 1) {
      expect(await inMain(app, (_electron, number) => number + 1, asked)).toBe(asked + 1);
    }
  });

  test('a fault of a question is its answer', async () => {
    await expect(
      inMain(app, () => {
        throw new Error('no such thing');
      }),
    ).rejects.toThrow('no such thing');
  });
});
