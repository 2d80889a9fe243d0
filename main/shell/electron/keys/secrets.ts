/**
 * API keys in the system's keystore, through Electron's safeStorage: the ciphertexts lie in one file of the config folder, the key to them
 * in the keystore. Which keystore sealed them is recorded. When another one answers later, or none, nothing is tried and nothing falls
 * back: what was stored is kept, and the person is asked for the key again, in words.
 */
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { AppError } from '../../../lib/app-error.ts';
import type { SecretStore } from '../../../lib/secret-store.ts';
import type { ElectronModules } from '../electron-modules.ts';

const BACKENDS = ['keychain', 'dpapi', 'gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6'] as const;
/** A keystore of the system. A backend that is not in this list (`basic_text`, `unknown`, later ones) does not count as a keystore. */
export type Backend = (typeof BACKENDS)[number];

const fileSchema = z.object({
  format: z.literal('chatkeep-keystore'),
  version: z.literal(1),
  backend: z.enum(BACKENDS).nullable(),
  entries: z.record(z.string(), z.base64()),
  /** The person allowed a file in place of a keystore. */
  fileAllowed: z.boolean(),
});
type KeystoreFile = z.infer<typeof fileSchema>;

const EMPTY: KeystoreFile = {
  format: 'chatkeep-keystore',
  version: 1,
  backend: null,
  entries: {},
  fileAllowed: false,
};

export interface SecretPorts {
  readonly safeStorage: Pick<
    ElectronModules['safeStorage'],
    'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
  >;
  readonly platform: NodeJS.Platform;
  /** The config folder. */
  readonly dir: string;
  /** A file only this user can read; used only after `askForFile` said yes. */
  readonly file: SecretStore;
  /** Asks the person, in words, whether keys may lie in such a file, since this system has no keystore. */
  readonly askForFile: () => Promise<boolean>;
  readonly now: () => number;
}

export interface ElectronSecrets extends SecretStore {
  /** Where a key stored now would lie. */
  kind(): Promise<'os' | 'file' | 'none'>;
}

const PLACES: Readonly<Record<Backend, string>> = {
  keychain: 'the macOS keychain',
  dpapi: 'the Windows data protection of this user',
  gnome_libsecret: 'the keyring of this desktop (Secret Service)',
  kwallet: 'KWallet',
  kwallet5: 'KWallet',
  kwallet6: 'KWallet',
};

/** Nothing is read or asked before the first call, which must come after Electron's `ready`. */
export function openElectronSecrets(ports: SecretPorts): ElectronSecrets {
  const path = join(ports.dir, 'keystore.json');
  let lastKnown = 'the keystore of this system';
  let writing: Promise<unknown> = Promise.resolve();

  /** One change at a time: each reads, edits and writes the whole file. */
  const change = async <T>(work: () => Promise<T>): Promise<T> => {
    const turn = writing.then(work);
    writing = turn.catch(() => undefined);
    return await turn;
  };

  async function backend(): Promise<Backend | null> {
    const found = await findBackend(ports);
    lastKnown = found === null ? 'no system keystore' : PLACES[found];
    return found;
  }

  async function seal(current: Backend, name: string, value: string): Promise<void> {
    let file = await readKeystore(path);
    if (file.backend !== null && file.backend !== current) {
      await setAside(path, ports.now());
      file = { ...EMPTY, fileAllowed: file.fileAllowed };
    }
    const sealed = (await ports.safeStorage.encryptStringAsync(value)).toString('base64');
    await writeKeystore(ports.dir, path, { ...file, backend: current, entries: { ...file.entries, [name]: sealed } });
    // A key that lay in a file before there was a keystore must not stay there.
    if (file.fileAllowed) {
      await ports.file.delete(name);
    }
  }

  async function get(name: string): Promise<string | null> {
    const file = await readKeystore(path);
    const sealed = Object.hasOwn(file.entries, name) ? file.entries[name] : undefined;
    if (sealed === undefined) {
      return file.fileAllowed ? await ports.file.get(name) : null;
    }
    const current = await backend();
    if (current === null || current !== file.backend) {
      throw changed(file.backend, current);
    }
    return await unseal(ports, sealed);
  }

  return {
    get,
    set: (name, value, once) =>
      change(async () => {
        if (once !== undefined && (await get(name)) !== null) {
          return;
        }
        const current = await backend();
        if (current !== null) {
          await seal(current, name, value);
          return;
        }
        const file = await readKeystore(path);
        if (!file.fileAllowed) {
          if (!(await ports.askForFile())) {
            throw unusable(
              'This system has no keystore, so the key was not kept.',
              'Unlock or install one, then enter the key again.',
            );
          }
          await writeKeystore(ports.dir, path, { ...file, fileAllowed: true });
        }
        await ports.file.set(name, value);
      }),
    delete: (name) =>
      change(async () => {
        const file = await readKeystore(path);
        if (Object.hasOwn(file.entries, name)) {
          const entries = Object.fromEntries(Object.entries(file.entries).filter(([each]) => each !== name));
          await writeKeystore(ports.dir, path, { ...file, entries });
        }
        if (file.fileAllowed) {
          await ports.file.delete(name);
        }
      }),
    backend: () => lastKnown,
    async kind() {
      if ((await backend()) !== null) {
        return 'os';
      }
      return (await readKeystore(path)).fileAllowed ? 'file' : 'none';
    },
  };
}

/** The keystore that would seal a secret now; null when there is none. Chromium's `basic_text` seals with a password everyone knows. */
async function findBackend({ safeStorage, platform }: SecretPorts): Promise<Backend | null> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) {
    return null;
  }
  if (platform === 'darwin') {
    return 'keychain';
  }
  if (platform === 'win32') {
    return 'dpapi';
  }
  const selected: string = safeStorage.getSelectedStorageBackend();
  return BACKENDS.find((known) => known === selected) ?? null;
}

async function unseal({ safeStorage }: SecretPorts, sealed: string): Promise<string> {
  try {
    const { result } = await safeStorage.decryptStringAsync(Buffer.from(sealed, 'base64'));
    return result;
  } catch (error) {
    throw new AppError(
      'keystore_unusable',
      "The system's keystore does not open the stored key.",
      'Unlock the keystore and start Chatkeep again, or enter the key again under Settings, Accounts.',
      { cause: error },
    );
  }
}

function changed(before: Backend | null, current: Backend | null): AppError {
  const then = before === null ? 'another keystore' : PLACES[before];
  const now = current === null ? 'this system offers none now' : `this system now offers ${PLACES[current]}`;
  return unusable(
    `The key was kept in ${then}, but ${now}.`,
    'Enter the key again under Settings, Accounts, or bring the former keystore back and start Chatkeep again.',
  );
}

/** Empty when there is none. A damaged one is an error and stays where it is: it may be all that is left of the keys. */
async function readKeystore(path: string): Promise<KeystoreFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return EMPTY;
    }
    throw unusable(`${path} cannot be read.`, 'Check who owns it and its permissions.', error);
  }
  const parsed = fileSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw unusable(`${path} is damaged.`, 'Restore it from a backup, or move it away and enter the keys again.');
  }
  return parsed.data;
}

async function writeKeystore(dir: string, path: string, file: KeystoreFile): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw unusable(`Keys cannot be written to ${dir}.`, 'Check its permissions and the space on its disk.', error);
  }
}

/** Keys sealed by a former keystore are moved aside, not wiped: it may come back. */
async function setAside(path: string, now: number): Promise<void> {
  await rename(path, `${path}.former-${String(now)}`);
}

function unusable(message: string, hint: string, cause?: unknown): AppError {
  return new AppError('keystore_unusable', message, hint, { cause });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
