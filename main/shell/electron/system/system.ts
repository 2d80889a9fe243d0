import type { SystemPort } from '../../../app/core/app-ports.ts';
import type { BrowserWindow, ElectronModules, OpenDialogOptions } from '../electron-modules.ts';
import { openLink } from '../security/external-links.ts';
import type { HeldButton } from '../window/held-button.ts';
import type { Log } from '../shell-app.ts';

export interface SystemPorts extends Pick<ElectronModules, 'shell' | 'dialog'> {
  readonly app: Pick<ElectronModules['app'], 'getFileIcon'>;
  /** Dialogs belong to it, so that they cannot be lost behind it. */
  readonly window: () => BrowserWindow | null;
  /** The left mouse button over the window. */
  readonly button: Pick<HeldButton, 'held' | 'forget'>;
  readonly log: Log;
}

/** Native dialogs and the file manager. Links go through `openLink` alone (checklist, 15). */
export function createSystem({ app, shell, dialog, window, button, log }: SystemPorts): SystemPort {
  return {
    openExternal: (url) => openLink({ shell, dialog, log }, url),
    async dragOut(files) {
      const [first] = files;
      if (first === undefined) {
        return false;
      }
      // macOS throws without a picture; the system's own for the kind of file is one it can draw.
      const icon = await app.getFileIcon(first);
      const contents = window()?.webContents;
      // Looked at last: nothing can let the button go between here and the start of the drag.
      if (contents === undefined || !button.held) {
        return false;
      }
      button.forget();
      contents.startDrag({ file: first, files: [...files], icon });
      return true;
    },
    showInFolder: (path) => shell.showItemInFolder(path),
    openFolder: (path) => shell.openPath(path),
    async pickFolder(title, start) {
      const owner = window();
      const options: OpenDialogOptions = {
        title,
        properties: ['openDirectory', 'createDirectory'],
        ...(start !== null && { defaultPath: start }),
      };
      const { canceled, filePaths } = await (owner === null
        ? dialog.showOpenDialog(options)
        : dialog.showOpenDialog(owner, options));
      return canceled ? null : (filePaths[0] ?? null);
    },
  };
}
