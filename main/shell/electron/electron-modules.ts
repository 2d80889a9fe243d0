/**
 * The parts of Electron that this shell uses, as types alone: importing the package's value in plain Node would start the download of its
 * binary. `index.ts` is the one file that imports the value and hands it down; tests hand down the double instead.
 */
import type * as electron from 'electron';

export type ElectronModules = Pick<
  typeof electron,
  | 'app'
  | 'BrowserWindow'
  | 'crashReporter'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'nativeImage'
  | 'nativeTheme'
  | 'net'
  | 'Notification'
  | 'powerMonitor'
  | 'powerSaveBlocker'
  | 'protocol'
  | 'screen'
  | 'session'
  | 'shell'
  | 'Tray'
>;

export type {
  BrowserWindow,
  IpcMainEvent,
  IpcMainInvokeEvent,
  JumpListCategory,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  OpenDialogOptions,
  Session,
  WebContents,
} from 'electron';
