/** The modules that only need to remember what was asked of them, and to answer as the test scripted. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
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

/** A keystore that really seals: another `key` cannot open what this one sealed. */
export class SafeStorageDouble {
  available = true;
  backend = 'gnome_libsecret';
  key = randomBytes(32);

  isAsyncEncryptionAvailable(): Promise<boolean> {
    return Promise.resolve(this.available);
  }

  getSelectedStorageBackend(): string {
    return this.backend;
  }

  encryptStringAsync(text: string): Promise<Buffer> {
    if (!this.available) {
      return Promise.reject(new Error('Encryption is not available.'));
    }
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Promise.resolve(Buffer.concat([iv, cipher.getAuthTag(), sealed]));
  }

  decryptStringAsync(bytes: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      const result = decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8');
      return Promise.resolve({ result, shouldReEncrypt: false });
    } catch {
      return Promise.reject(new Error('Error while decrypting the ciphertext provided to safeStorage.decryptString.'));
    }
  }
}

/** Keeps the template as it is; `press` clicks an item by its label. */
export class MenuDouble {
  static shown: MenuDouble | null = null;
  readonly template: readonly MenuItemConstructorOptions[];

  constructor(template: readonly MenuItemConstructorOptions[]) {
    this.template = template;
  }

  static buildFromTemplate(template: readonly MenuItemConstructorOptions[]): MenuDouble {
    return new MenuDouble(template);
  }

  static setApplicationMenu(this: typeof MenuDouble, menu: MenuDouble): void {
    this.shown = menu;
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

export class ScreenDouble {
  displays = [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }];

  getPrimaryDisplay(): (typeof this.displays)[number] {
    const [first] = this.displays;
    if (first === undefined) {
      throw new Error('There is no display.');
    }
    return first;
  }

  getAllDisplays(): typeof this.displays {
    return this.displays;
  }
}
