/**
 * The one keystore of the window and the command line: the system's keystore where it answers, else the sealed file. `keystore.json` in
 * the configuration folder records which secrets the system's keystore holds. So a keystore that does not answer is told from a secret
 * that does not exist. Secrets from elsewhere move once: the sealed file's as soon as the system has a keystore, and those that earlier
 * versions of the window sealed with Electron's safeStorage.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { withFileLock } from '../lib/file-lock.ts';
import { AppError } from '../lib/app-error.ts';
import { systemClock, type Clock } from '../lib/clock.ts';
import { systemCode } from '../lib/fs-fault.ts';
import { parseAs } from '../lib/json-file.ts';
import { openSecretFile, type SecretFile } from './secret-file.ts';
import type { SecretPlace, SecretStore } from './secret-store.ts';
import type { OpenSystemKeystore, SystemKeystore } from './system-keystore.ts';

/** Opens what the window of an earlier version sealed. Rejects when the system's keystore does not open it. */
export type Unseal = (sealed: Buffer) => Promise<string>;

export interface KeystorePorts {
  /** The configuration folder, made (0700) when the first secret is stored. */
  readonly dir: string;
  readonly system: OpenSystemKeystore;
  /** What people call the system's keystore, also while it does not answer. */
  readonly systemWords: string;
  /** Null where only the window could open them. */
  readonly unseal: Unseal | null;
  readonly clock?: Clock;
}

/** Which secrets the system's keystore holds, and those (base64) that earlier versions sealed. */
interface KeystoreRecord {
  readonly format: 'chatkeep-keystore';
  readonly version: 2;
  readonly inSystem: readonly string[];
  readonly sealed: Readonly<Record<string, string>>;
}

const EMPTY: KeystoreRecord = { format: 'chatkeep-keystore', version: 2, inSystem: [], sealed: {} };
const entriesSchema = z.record(z.string(), z.base64());
const recordSchema = z.union([
  z.object({
    format: z.literal('chatkeep-keystore'),
    version: z.literal(2),
    inSystem: z.array(z.string()),
    sealed: entriesSchema,
  }),
  // Of versions whose window used safeStorage.
  z
    .object({ format: z.literal('chatkeep-keystore'), version: z.literal(1), entries: entriesSchema })
    .transform(({ entries }): KeystoreRecord => ({ ...EMPTY, sealed: entries })),
]);

/** Nothing is read, asked or moved before the first call. */
export function openKeystore(ports: KeystorePorts): SecretStore {
  return new Keystore(ports);
}

class Keystore implements SecretStore {
  readonly #ports: KeystorePorts;
  readonly #clock: Clock;
  readonly #file: SecretFile;
  readonly #path: string;
  #moved: Promise<void> | null = null;

  constructor(ports: KeystorePorts) {
    this.#ports = ports;
    this.#clock = ports.clock ?? systemClock;
    this.#file = openSecretFile(ports.dir, this.#clock);
    this.#path = join(ports.dir, 'keystore.json');
  }

  async get(name: string): Promise<string | null> {
    await this.#moveOnce();
    return await this.#find(name);
  }

  async set(name: string, value: string, once?: 'once'): Promise<void> {
    await this.#moveOnce();
    await this.#locked(name, async () => {
      if (once !== undefined && (await this.#find(name)) !== null) {
        return;
      }
      const system = await this.#ports.system();
      const { [name]: _former, ...sealed } = (await this.#read()).sealed;
      if (system === null) {
        await this.#file.set(name, value);
        await this.#edit((record) => ({ ...without(record, name), sealed }));
      } else {
        await this.#putInSystem(system, name, value);
        await this.#file.delete(name);
        await this.#edit((record) => ({ ...record, sealed }));
      }
    });
  }

  async delete(name: string): Promise<void> {
    await this.#locked(name, async () => {
      const record = await this.#read();
      const system = await this.#ports.system();
      if (system === null && record.inSystem.includes(name)) {
        throw this.#away();
      }
      await system?.delete(name);
      await this.#file.delete(name);
      const { [name]: _former, ...sealed } = record.sealed;
      await this.#edit(() => ({ ...without(record, name), sealed }));
    });
  }

  async place(): Promise<SecretPlace> {
    await this.#moveOnce();
    const { inSystem } = await this.#read().catch(() => EMPTY);
    const inFile = await this.#file.names().catch(() => []);
    const used = inFile.some((name) => !inSystem.includes(name));
    return !used && (inSystem.length > 0 || (await this.#ports.system()) !== null)
      ? { kind: 'os', words: this.#ports.systemWords }
      : { kind: 'file', words: `a file readable by this user only (${this.#file.path})` };
  }

  async #find(name: string): Promise<string | null> {
    const record = await this.#read();
    if (record.inSystem.includes(name)) {
      const system = await this.#ports.system();
      if (system === null) {
        throw this.#away();
      }
      // The system may lack it only after a kill between the record and the move.
      return (await system.get(name)) ?? (await this.#file.get(name));
    }
    const inFile = await this.#file.get(name);
    if (inFile === null && Object.hasOwn(record.sealed, name)) {
      return await this.#unseal(record, name);
    }
    // Also when the record was lost with the folder: the system may still have the secret.
    return inFile ?? (await (await this.#ports.system())?.get(name)) ?? null;
  }

  /** Records the name first: a kill in between must not hide that the system may hold the secret. */
  async #putInSystem(system: SystemKeystore, name: string, value: string): Promise<void> {
    const before = await this.#read();
    await this.#edit((record) => ({ ...record, inSystem: [...new Set([...record.inSystem, name])] }));
    try {
      await system.set(name, value);
      if ((await system.get(name)) !== value) {
        throw unusable(
          `What was stored did not come back from ${system.words}.`,
          'Unlock or restart it, and try again.',
        );
      }
    } catch (error) {
      await this.#edit(() => before);
      throw error;
    }
  }

  /** Once a start. A secret that cannot be moved stays where it is and is used from there. */
  async #moveOnce(): Promise<void> {
    this.#moved ??= this.#moveAll().catch(() => undefined);
    await this.#moved;
  }

  async #moveAll(): Promise<void> {
    const { sealed } = await this.#read();
    const formerly = this.#ports.unseal === null ? [] : Object.keys(sealed);
    const inFile = await this.#file.names();
    const [first] = [...formerly, ...inFile];
    if (first === undefined) {
      return;
    }
    const system = await this.#ports.system();
    await this.#locked(first, async () => {
      for (const name of formerly) {
        await this.#moveFormer(system, name);
      }
      for (const name of inFile) {
        const value = await this.#file.get(name);
        // The window's key is newer where both have one: that one moves first, once the window starts.
        const contested = Object.hasOwn((await this.#read()).sealed, name);
        if (system !== null && value !== null && !contested && (await this.#moveToSystem(system, name, value))) {
          await this.#file.delete(name);
        }
      }
    });
  }

  /** True when the system has `value` afterwards. Another value of the same name is never overwritten. */
  async #moveToSystem(system: SystemKeystore, name: string, value: string): Promise<boolean> {
    const there = await system.get(name);
    if (there !== null && there !== value) {
      return false;
    }
    await this.#putInSystem(system, name, value);
    return true;
  }

  async #moveFormer(system: SystemKeystore | null, name: string): Promise<void> {
    const value = await this.#unseal(await this.#read(), name).catch(() => null);
    if (value === null) {
      return;
    }
    if (system === null) {
      const there = await this.#file.get(name);
      if (there === null) {
        await this.#file.set(name, value);
      }
      if ((await this.#file.get(name)) !== value) {
        return;
      }
    } else if (!(await this.#moveToSystem(system, name, value))) {
      return;
    }
    await this.#edit(({ sealed: { [name]: _moved, ...sealed }, ...record }) => ({ ...record, sealed }));
  }

  async #unseal(record: KeystoreRecord, name: string): Promise<string> {
    if (this.#ports.unseal === null) {
      throw unusable(
        'An earlier version of the window stored this key, and only the window can read it.',
        'Open the window of Chatkeep once, which moves the key. Or add the account again.',
      );
    }
    try {
      return await this.#ports.unseal(Buffer.from(record.sealed[name] ?? '', 'base64'));
    } catch (error) {
      throw unusable(
        "The system's keystore does not open the stored key.",
        'Unlock the keystore and start Chatkeep again, or enter the key again under Settings, Accounts.',
        error,
      );
    }
  }

  /** Asks for `name` first: that answer may wait for the person to unlock the keystore, and the lock is for work of milliseconds. */
  async #locked<T>(name: string, work: () => Promise<T>): Promise<T> {
    await (await this.#ports.system())?.get(name);
    try {
      await mkdir(this.#ports.dir, { recursive: true, mode: 0o700 });
      return await withFileLock(join(this.#ports.dir, 'keystore.lock'), this.#clock, work);
    } catch (error) {
      throw error instanceof AppError ? error : notWritten(this.#ports.dir, error);
    }
  }

  /** Empty when there is none. A damaged one is an error and stays where it is: it may be all that is left of the keys. */
  async #read(): Promise<KeystoreRecord> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') {
        return EMPTY;
      }
      throw unusable(`${this.#path} cannot be read.`, 'Check who owns it and its permissions.', error);
    }
    const record = parseAs(recordSchema, text);
    if (record === null) {
      throw unusable(
        `${this.#path} is damaged.`,
        'Restore it from a backup, or move it away and enter the keys again.',
      );
    }
    return record;
  }

  /** Under the lock. */
  async #edit(change: (record: KeystoreRecord) => KeystoreRecord): Promise<void> {
    const before = await this.#read();
    const after = change(before);
    if (JSON.stringify(after) !== JSON.stringify(before)) {
      await writeFileAtomic(this.#path, `${JSON.stringify(after, null, 2)}\n`, { mode: 0o600 });
    }
  }

  #away(): AppError {
    return unusable(
      `The key is kept in ${this.#ports.systemWords}, which does not answer here.`,
      'Log in to the desktop and try again, or enter the key again: it is then kept in a file.',
    );
  }
}

function without(record: KeystoreRecord, name: string): KeystoreRecord {
  return { ...record, inSystem: record.inSystem.filter((each) => each !== name) };
}

function notWritten(dir: string, error: unknown): AppError {
  return unusable(`Keys cannot be written to ${dir}.`, 'Check its permissions and the space on its disk.', error);
}

function unusable(message: string, hint: string, cause?: unknown): AppError {
  return new AppError('keystore_unusable', message, hint, { cause });
}
