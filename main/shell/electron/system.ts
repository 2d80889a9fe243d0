import type { BrowserWindow, ElectronModules } from './electron-modules.ts';
import { openLink } from './external-links.ts';
import type { Log } from './shell-app.ts';

/** What the app may ask of the system around it (the `system.*` calls). */
export interface ShellSystem {
  /** False when the link was refused or the person said no. */
  openExternal(url: string): Promise<boolean>;
  /** Begins to drag files out of the window: absolute paths that the app has made for it, at least one. Nothing without a window. */
  dragOut(files: readonly string[]): Promise<void>;
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
  readonly log: Log;
}

/** Native dialogs and the file manager. Links go through `openLink` alone (checklist, 15). */
export function createSystem({ app, shell, dialog, window, log }: SystemPorts): ShellSystem {
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
        return;
      }
      // macOS throws without a picture; the system's own for the kind of file is one it can draw.
      const icon = await app.getFileIcon(first);
      window()?.webContents.startDrag({ file: first, files: [...files], icon });
    },
    showInFolder: (path) => {
      shell.showItemInFolder(path);
    },
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
