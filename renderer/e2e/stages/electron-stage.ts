import { inMain, launch, noElectron } from '../electron/rig.ts';
import type { Stage } from './stage.ts';

/** Real Electron, from the build in `out/`, with its sandbox. */
export const electronStage: Stage = {
  name: 'Electron',
  // Why was said once, by `electron/setup.ts`.
  there: !noElectron,
  open: async ({ configDir }) => {
    const { app, page, quit, stderr } = await launch({ configDir });
    return {
      page,
      chooseFolder: async (path) => {
        await inMain(
          app,
          ({ dialog }, folder) => {
            dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [folder] });
          },
          path,
        );
        await page.getByRole('button', { name: 'Choose a folder' }).click();
      },
      close: async () => {
        const code = await quit();
        if (code !== 0 || stderr().includes('GLib-GObject')) {
          throw new Error(`Electron ended with ${String(code)}:\n${stderr()}`);
        }
      },
    };
  },
};
