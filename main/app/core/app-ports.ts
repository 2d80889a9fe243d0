import type { UpdateStatus } from '../../contract/about-shapes.ts';
import type { AppInfo } from '../../contract/shapes.ts';
import type { CorePorts } from './core.ts';
import type { OpenLog } from '../kernel/log.ts';

/** The system functions that a shell may offer to the app. A missing member means that the shell cannot do it. */
export interface SystemPort {
  /** False when the link was refused or the person said no. */
  openExternal(url: string): Promise<boolean>;
  /** Shows a file in the system's file manager. */
  showInFolder(path: string): void;
  /**
   * Begins to drag files out of the window: absolute paths that the app has made for it, at least one. False, and no drag, when the left
   * button is not held over the window by then: a system's drag without a held button has no end.
   */
  dragOut(files: readonly string[]): Promise<boolean>;
  /** '' when done, else why not. */
  openFolder(path: string): Promise<string>;
  /** Null when the person left the dialog. */
  pickFolder(title: string, start: string | null): Promise<string | null>;
}

/** Newer versions of the app, where a shell can look for them. Nothing happens automatically. */
export interface UpdatesPort {
  status(): UpdateStatus;
  /** Never rejects: what went wrong is the `problem` of the status. */
  check(): Promise<void>;
  download(): Promise<void>;
  /** Ends the app in order, installs, and starts it again. */
  install(): void;
  /** Hears every change of the status; answers the stop. */
  onChange(listener: (status: UpdateStatus) => void): () => void;
}

/** The parts that differ between shells and machines. */
export interface AppPorts {
  /** Clock, random numbers, keystore, version, environment. Its `log` is not used: the app has one of its own. */
  readonly core: Omit<CorePorts, 'log' | 'observer'>;
  readonly log: OpenLog;
  /** For settings; made when needed. */
  readonly configDir: string;
  /** Where a library is proposed; null = the environment names no home. */
  readonly defaultLibraryDir: string | null;
  /** A library named at the start (`--library`): it is opened, or made, in place of the one opened last, and not remembered. */
  readonly library: string | null;
  readonly shell: AppInfo['shell'];
  readonly platform: AppInfo['platform'];
  readonly locale: string;
  readonly versions: AppInfo['versions'];
  readonly canStartAtLogin: boolean;
  readonly canStayInTray: boolean;
  readonly canNotify: boolean;
  readonly system: Partial<SystemPort>;
  /** Left out where the shell cannot look for newer versions. */
  readonly updates?: UpdatesPort;
}

export function platformOf(platform: NodeJS.Platform): AppInfo['platform'] {
  return platform === 'darwin' ? 'mac' : platform === 'win32' ? 'windows' : 'linux';
}
