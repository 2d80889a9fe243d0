import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { _electron } from 'playwright-core';
import { binaryPath } from '../../../main/shell/electron/launch/find-electron.ts';
import type { Stage } from './stage.ts';

const root = resolve(import.meta.dirname, '../../..');

/** Looked for, never downloaded: a test must not wait for the network. */
function findBinary(): string | null {
  const named = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const folder = named === undefined || named === '' ? join(root, 'node_modules/electron/dist') : named;
  const path = join(folder, binaryPath(process.platform));
  return existsSync(path) ? path : null;
}

const binary = findBinary();
const built = existsSync(join(root, 'out/main/electron.js'));

/** Real Electron, from the build in `out/`. */
export const electronStage: Stage = {
  name: 'Electron',
  missing:
    binary === null
      ? "Electron's binary is not on this machine"
      : built
        ? null
        : 'there is no build in out/ (npm run build)',
  open: async ({ configDir }) => {
    const app = await _electron.launch({
      executablePath: binary ?? '',
      args: [root, ...(process.env['CI'] === undefined ? [] : ['--no-sandbox'])],
      env: { ...process.env, CHATKEEP_CONFIG: configDir, CHATKEEP_LIBRARY: '' },
    });
    const page = await app.firstWindow();
    // A machine without a keystore asks whether keys may lie in a file: yes.
    await app.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
    });
    return {
      page,
      chooseFolder: async (path) => {
        await app.evaluate(({ dialog }, folder) => {
          dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [folder] });
        }, path);
        await page.getByRole('button', { name: 'Choose a folder' }).click();
      },
      close: async () => {
        await app.close();
      },
    };
  },
};
