import type { Settings } from '../../../contract/shapes.ts';
import type { BrowserWindow, ElectronModules, MessageBoxOptions } from '../electron-modules.ts';
import { WORDS } from '../words.ts';

export interface StayPorts {
  /** Null until the app is open. */
  readonly settings: () => Settings | null;
  /** Whether the desktop shows a tray icon of this app at this moment. */
  readonly trayIsShown: () => Promise<boolean>;
  /** Asks the person, with the window still there; null when the question was left without an answer. */
  readonly ask: () => Promise<'stay' | 'quit' | null>;
  /** Keeps the answer as a setting. */
  readonly remember: (closing: 'stay' | 'quit') => void;
  readonly hide: () => void;
  /** Closes the window after all. */
  readonly close: () => void;
  readonly onFault: (error: unknown) => void;
}

/** Whether the app should go on without a window: there is something to do by itself, and the person did not say otherwise. */
export const wantsToStay = (settings: Settings | null): boolean =>
  settings !== null && settings.syncEveryMinutes !== null && settings.closing !== 'quit';

/**
 * Decides what closing the window does. The window is hidden only where a tray leads back to it: otherwise it closes, and the app quits
 * as it does without a schedule.
 */
export class Stay {
  readonly #ports: StayPorts;
  #deciding = false;
  #letGo = false;

  constructor(ports: StayPorts) {
    this.#ports = ports;
  }

  /** The app is quitting: windows close from now on. */
  letGo(): void {
    this.#letGo = true;
  }

  /** For the window's `close` event: true when it must be held back. The window is hidden, or closed, shortly after. */
  holds(): boolean {
    if (this.#letGo || !wantsToStay(this.#ports.settings())) {
      return false;
    }
    if (!this.#deciding) {
      this.#deciding = true;
      this.#decide()
        .catch(this.#ports.onFault)
        .finally(() => {
          this.#deciding = false;
        });
    }
    return true;
  }

  async #decide(): Promise<void> {
    const { settings, trayIsShown, ask, remember, hide } = this.#ports;
    if (!(await trayIsShown())) {
      this.#close();
      return;
    }
    let closing = settings()?.closing;
    if (closing === 'ask') {
      const answer = await ask();
      if (answer === null) {
        return;
      }
      remember(answer);
      closing = answer;
    }
    if (closing === 'stay') {
      hide();
    } else {
      this.#close();
    }
  }

  #close(): void {
    this.#letGo = true;
    this.#ports.close();
  }
}

/** The question as a dialog; null when it was left without an answer. */
export async function askAboutClosing(
  dialog: Pick<ElectronModules['dialog'], 'showMessageBox'>,
  window: BrowserWindow | null,
): Promise<'stay' | 'quit' | null> {
  const words = WORDS.closing;
  const question: MessageBoxOptions = {
    type: 'question',
    message: words.title,
    detail: words.detail,
    buttons: [words.stay, words.quit],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  };
  const { response } = await (window === null
    ? dialog.showMessageBox(question)
    : dialog.showMessageBox(window, question));
  return response === 0 ? 'stay' : response === 1 ? 'quit' : null;
}
