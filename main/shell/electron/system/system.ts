import type { BrowserWindow, ElectronModules } from '../electron-modules.ts';
import { openLink } from '../security/external-links.ts';
import type { HeldButton } from '../window/held-button.ts';
import type { Log } from '../shell-app.ts';

/** The system functions behind the `system.*` calls. */
export interface ShellSystem {
  /** False when the link was refused or the person said no. */
  openExternal(url: string): Promise<boolean>;
  /**
   * Begins to drag files out of the window: absolute paths that the app has made for it, at least one. False, and no drag, when the left
   * button is not held over the window by then: a system's drag without a held button has no end.
   */
  dragOut(files: readonly string[]): Promise<boolean>;
  /** Shows a file of the library in the system's file manager. The app has checked that the path is its own. */
  showInFolder(path: string): void;
  /** '' when done, else why not. */
  openFolder(path: string): Promise<string>;
  /** Null when the person left the dialog. */
  pickFolder(title: string, start: string | null): Promise<string | null>;
  /** Null when the person left the dialog. */
  pickFile(title: string, start: string | null): Promise<string | null>;
  /** A name for a new file; null when the person left the dialog. */
  pickSavePath(title: string, start: string | null): Promise<string | null>;
}

export interface SystemPorts extends Pick<ElectronModules, 'shell' | 'dialog'> {
  readonly app: Pick<ElectronModules['app'], 'getFileIcon'>;
  /** Dialogs belong to it, so that they cannot be lost behind it. */
  readonly window: () => BrowserWindow | null;
  /** The left mouse button over the window. */
  readonly button: Pick<HeldButton, 'held' | 'forget'>;
  readonly log: Log;
}

/** Native dialogs and the file manager. Links go through `openLink` alone (checklist, 15). */
export function createSystem({ app, shell, dialog, window, button, log }: SystemPorts): ShellSystem {
  async function open(
    title: string,
    start: string | null,
    properties: ('openDirectory' | 'createDirectory' | 'openFile')[],
  ): Promise<string | null> {
    const options = { title, properties, ...(start !== null && { defaultPath: start }) };
    const owner = window();
    const { canceled, filePaths } = await (owner === null
      ? dialog.showOpenDialog(options)
      : dialog.showOpenDialog(owner, options));
    return canceled ? null : (filePaths[0] ?? null);
  }
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
    pickFolder: (title, start) => open(title, start, ['openDirectory', 'createDirectory']),
    pickFile: (title, start) => open(title, start, ['openFile']),
    async pickSavePath(title, start) {
      const options = { title, ...(start !== null && { defaultPath: start }) };
      const owner = window();
      const { canceled, filePath } = await (owner === null
        ? dialog.showSaveDialog(options)
        : dialog.showSaveDialog(owner, options));
      return canceled || filePath === '' ? null : filePath;
    },
  };
}
