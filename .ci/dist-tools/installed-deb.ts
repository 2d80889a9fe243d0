import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, runWell } from './run.ts';

/** The files that a package installs in the system's folders. */
const PLACES = [
  'opt/Chatkeep/chatkeep',
  'usr/bin/chatkeep',
  'usr/share/applications/chatkeep.desktop',
  'usr/share/metainfo/chatkeep.metainfo.xml',
  'usr/share/icons/hicolor/16x16/apps/chatkeep.png',
  'usr/share/icons/hicolor/512x512/apps/chatkeep.png',
  'usr/share/man/man1/chatkeep.1.gz',
  'usr/share/bash-completion/completions/chatkeep',
  'usr/share/zsh/vendor-completions/_chatkeep',
  'usr/share/fish/vendor_completions.d/chatkeep.fish',
  'usr/share/doc/chatkeep/copyright',
];
/** Lines of the desktop file that others rely on. */
const DESKTOP_LINES = [
  'Exec=/opt/Chatkeep/chatkeep %U',
  'Icon=chatkeep',
  'StartupWMClass=chatkeep',
  'MimeType=x-scheme-handler/chatkeep;',
];

/** A deb in a root of its own: dpkg itself where this user is root, else its parts one by one. Nothing of the machine is touched. */
export class InstalledDeb {
  readonly #root: string;
  readonly #asRoot = process.getuid?.() === 0;

  constructor(root: string) {
    this.#root = root;
  }

  get command(): string {
    return join(this.#root, 'usr/bin/chatkeep');
  }

  async install(file: string): Promise<void> {
    await mkdir(join(this.#root, 'var/lib/dpkg/info'), { recursive: true });
    await writeFile(join(this.#root, 'var/lib/dpkg/status'), '');
    if (this.#asRoot) {
      await this.#dpkg('--install', file);
      return;
    }
    await runWell('dpkg-deb', ['--extract', file, this.#root]);
    await runWell('dpkg-deb', ['--control', file, join(this.#root, 'var/control')]);
    await this.#script('postinst', 'configure');
  }

  /** Files that are not in their places. */
  async problems(): Promise<string[]> {
    const missing = await Promise.all(
      PLACES.map((place) =>
        access(join(this.#root, place)).then(
          () => [],
          () => [`/${place} is missing or leads nowhere.`],
        ),
      ),
    );
    const desktop = await readFile(join(this.#root, PLACES[2] ?? ''), 'utf8').catch(() => '');
    const lines = new Set(desktop.split('\n'));
    return [
      ...missing.flat(),
      ...DESKTOP_LINES.filter((line) => !lines.has(line)).map((line) => `The desktop file lacks: ${line}`),
    ];
  }

  async remove(): Promise<void> {
    if (this.#asRoot) {
      const said = await this.#dpkg('--remove', 'chatkeep');
      if (!said.includes('Libraries and settings were left where they are')) {
        throw new Error('Removing does not say where the library is.');
      }
      return;
    }
    await this.#script('postrm', 'remove');
  }

  /** Files of the package that are still there. */
  async leftovers(): Promise<string[]> {
    if (!this.#asRoot) {
      return [];
    }
    const left = await readdir(this.#root, { recursive: true, withFileTypes: true });
    return left
      .filter((entry) => !entry.isDirectory() && !entry.parentPath.includes('var/lib/dpkg'))
      .map((entry) => `${join(entry.parentPath, entry.name).slice(this.#root.length)} was left.`);
  }

  async #dpkg(...args: string[]): Promise<string> {
    // dpkg wants the programs of administrators in its path.
    const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
    const flags = [`--root=${this.#root}`, '--force-depends', '--force-script-chrootless', '--log=/dev/null'];
    return await runWell('dpkg', [...flags, ...args], env);
  }

  async #script(name: string, argument: string): Promise<void> {
    const path = join(this.#root, 'var/control', name);
    const { code, stderr } = await run('sh', [path, argument], { ...process.env, DPKG_ROOT: this.#root });
    if (code !== 0) {
      throw new Error(`${name} ended with ${String(code)}. ${stderr}`);
    }
  }
}
