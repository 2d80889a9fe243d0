/** The modules that only need to remember what was asked of them, and to answer as the test scripted. */
import { EventEmitter } from 'node:events';
import type { MenuItemConstructorOptions } from 'electron';

interface MessageBox {
  readonly message: string;
  readonly detail?: string;
  readonly buttons?: readonly string[];
}

/** Dialogs take their answers from the script, in order; without one they are left as a person leaves them (Cancel). */
export class DialogDouble {
  readonly asked: MessageBox[] = [];
  readonly errors: { readonly title: string; readonly content: string }[] = [];
  readonly answers: number[] = [];
  readonly paths: (string | null)[] = [];

  showMessageBox(...args: unknown[]): Promise<{ response: number; checkboxChecked: boolean }> {
    const options = args.at(-1) as MessageBox & { readonly cancelId?: number };
    this.asked.push(options);
    return Promise.resolve({ response: this.answers.shift() ?? options.cancelId ?? 0, checkboxChecked: false });
  }

  showErrorBox(title: string, content: string): void {
    this.errors.push({ title, content });
  }

  showOpenDialog(): Promise<{ canceled: boolean; filePaths: string[] }> {
    const path = this.paths.shift() ?? null;
    return Promise.resolve({ canceled: path === null, filePaths: path === null ? [] : [path] });
  }

  showSaveDialog(): Promise<{ canceled: boolean; filePath: string }> {
    const path = this.paths.shift() ?? null;
    return Promise.resolve({ canceled: path === null, filePath: path ?? '' });
  }
}

export class ShellDouble {
  readonly opened: string[] = [];
  readonly shown: string[] = [];
  readonly folders: string[] = [];

  openExternal(url: string): Promise<void> {
    this.opened.push(url);
    return Promise.resolve();
  }

  showItemInFolder(path: string): void {
    this.shown.push(path);
  }

  openPath(path: string): Promise<string> {
    this.folders.push(path);
    return Promise.resolve('');
  }
}

/** Keeps the template as it is; `press` clicks an item by its label. */
export class MenuDouble {
  readonly template: readonly MenuItemConstructorOptions[];

  constructor(template: readonly MenuItemConstructorOptions[]) {
    this.template = template;
  }

  static buildFromTemplate(template: readonly MenuItemConstructorOptions[]): MenuDouble {
    return new MenuDouble(template);
  }

  press(label: string): void {
    const item = allItems(this.template).find((each) => each.label === label);
    if (item?.click === undefined) {
      throw new Error(`The menu has no command "${label}".`);
    }
    (item.click as () => void)();
  }
}

export const allItems = (template: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? allItems(item.submenu) : [])]);

export class TrayDouble extends EventEmitter {
  static made: TrayDouble[] = [];
  readonly image: { readonly path: string };
  toolTip = '';
  menu: MenuDouble | null = null;
  destroyed = false;

  constructor(image: { readonly path: string }) {
    super();
    this.image = image;
    (this.constructor as typeof TrayDouble).made.push(this);
  }

  setToolTip(text: string): void {
    this.toolTip = text;
  }

  setContextMenu(menu: MenuDouble): void {
    this.menu = menu;
  }

  destroy(): void {
    this.destroyed = true;
  }
}

export class NotificationDouble extends EventEmitter {
  static shown: NotificationDouble[] = [];
  readonly title: string;
  readonly body: string;
  closed = false;

  constructor(options: { readonly title: string; readonly body: string }) {
    super();
    this.title = options.title;
    this.body = options.body;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    (this.constructor as typeof NotificationDouble).shown.push(this);
  }

  close(): void {
    this.closed = true;
  }
}
