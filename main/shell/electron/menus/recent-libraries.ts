import type { CallResult } from '../../../app/calls.ts';
import { err, type WireError } from '../../../contract/errors.ts';
import type { BrowserWindow, ElectronModules, JumpListCategory, MessageBoxOptions } from '../electron-modules.ts';
import type { Log, ShellApp } from '../shell-app.ts';
import { WORDS } from '../words.ts';

/** Among the arguments of a start: opens one of the libraries opened before. The system's own lists of recent things pass it. */
const ARGUMENT = '--recent=';

export interface RecentPorts {
  readonly app: Pick<ShellApp, 'call' | 'subscribe'>;
  readonly dialog: Pick<ElectronModules['dialog'], 'showMessageBox'>;
  readonly window: () => BrowserWindow | null;
  /** Null when the person left the dialog. */
  readonly pickFolder: (title: string) => Promise<string | null>;
  /** Shows what the library holds. */
  readonly showLibrary: () => void;
  /** The list as it is now: for menu, dock and jump list. */
  readonly draw: (paths: readonly string[]) => void;
  readonly log: Log;
}

/** The libraries opened before, and the way back to each. A folder that is away is told in words; nothing is made in its place. */
export class RecentLibraries {
  readonly #ports: RecentPorts;
  #paths: readonly string[] = [];

  constructor(ports: RecentPorts) {
    this.#ports = ports;
  }

  /** Reads the list now and whenever the app opens another library; answers the stop. */
  async follow(): Promise<() => void> {
    const read = async (): Promise<void> => {
      const answer = await this.#call('library.recent', {});
      if (answer.ok && answer.value.paths.join('\n') !== this.#paths.join('\n')) {
        this.#paths = answer.value.paths;
        this.#ports.draw(this.#paths);
      }
    };
    const stop = this.#ports.app.subscribe('app.changed', () => {
      read().catch((error: unknown) => this.#ports.log('reading the recent libraries failed', { error }));
    });
    await read();
    return stop;
  }

  async open(path: string): Promise<void> {
    const facts = await this.#call('library.inspect', { path });
    if (facts.ok && facts.value.kind !== 'library') {
      const words = WORDS.recent;
      const { response } = await this.#ask({
        message: words.absent,
        detail: `${path}\n\n${words.absentHint}`,
        buttons: [words.close, words.forget],
      });
      if (response === 1) {
        await this.forget(path);
      }
      return;
    }
    const opened = facts.ok ? await this.#call('library.choose', { path }) : facts;
    if (opened.ok) {
      this.#ports.showLibrary();
    } else {
      await this.#tell(opened.error);
    }
  }

  /** Lets the person choose a folder that is a library; makes none. */
  async openOther(): Promise<void> {
    const path = await this.#ports.pickFolder(WORDS.recent.pick);
    if (path === null) {
      return;
    }
    const facts = await this.#call('library.inspect', { path });
    if (facts.ok && facts.value.kind !== 'library') {
      await this.#tell(err('not_found', WORDS.recent.none, WORDS.recent.noneHint).error);
    } else {
      await this.open(path);
    }
  }

  /** A start that a jump list made: opens what it names, if it is one of the libraries opened before. */
  async openByArguments(args: readonly string[]): Promise<void> {
    const path = args.find((arg) => arg.startsWith(ARGUMENT))?.slice(ARGUMENT.length);
    if (path !== undefined && this.#paths.includes(path)) {
      await this.open(path);
    }
  }

  /** One, or all (null). */
  async forget(path: string | null): Promise<void> {
    await this.#call('library.forgetRecent', { path });
  }

  #call<Name extends 'library.recent' | 'library.inspect' | 'library.choose' | 'library.forgetRecent'>(
    name: Name,
    input: object,
  ): Promise<CallResult<Name>> {
    return this.#ports.app.call(name, input, new AbortController().signal);
  }

  async #tell({ message, hint }: WireError): Promise<void> {
    await this.#ask({ message, detail: hint, buttons: [WORDS.recent.close] });
  }

  #ask(question: MessageBoxOptions): Promise<{ readonly response: number }> {
    const owner = this.#ports.window();
    const whole: MessageBoxOptions = { type: 'info', defaultId: 0, cancelId: 0, noLink: true, ...question };
    return owner === null ? this.#ports.dialog.showMessageBox(whole) : this.#ports.dialog.showMessageBox(owner, whole);
  }
}

/** The jump list of the Windows taskbar. Windows quotes nothing by itself. Pure. */
export function jumpList(paths: readonly string[], program: string): JumpListCategory[] {
  const items = paths.map((path) => ({
    type: 'task' as const,
    title: path,
    description: path,
    program,
    args: `"${ARGUMENT}${path}"`,
  }));
  return items.length === 0 ? [] : [{ type: 'custom', name: WORDS.menu.recent, items }];
}
