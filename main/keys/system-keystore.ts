/** The system's keystore: the macOS keychain, the Windows Credential Manager, or the Secret Service of a Linux desktop. */
import type { AsyncEntry } from '@napi-rs/keyring';
import { AppError } from '../lib/app-error.ts';

export interface SystemKeystore {
  /** Its name for people. */
  readonly words: string;
  /** Each throws AppError `keystore_unusable` when the keystore is locked or stops answering. */
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}

/** Opens the keystore as it is at this moment. Null: this system has none, or it does not answer. */
export type OpenSystemKeystore = () => Promise<SystemKeystore | null>;

/** The service under which the keystore's own program lists the secrets. */
const SERVICE = 'chatkeep';

/** `platform` decides the name alone. The secrets are those of the user who runs this process. */
export function systemKeystore(platform: NodeJS.Platform): OpenSystemKeystore {
  return async () => {
    try {
      const { AsyncEntry: Entry } = await import('@napi-rs/keyring');
      // Left to itself, the library falls back to the kernel's keyring, which forgets everything at a reboot.
      const entryOf = (name: string): AsyncEntry => new Entry(SERVICE, name, { linux: { store: 'secret-service' } });
      // Connects, and so throws where nothing answers.
      entryOf('connection');
      return storeOf(entryOf, systemKeystoreWords(platform));
    } catch {
      return null;
    }
  };
}

/** What people call the keystore of `platform`. */
export function systemKeystoreWords(platform: NodeJS.Platform): string {
  switch (platform) {
    case 'darwin':
      return 'the macOS keychain';
    case 'win32':
      return 'the Windows Credential Manager';
    default:
      return 'the keyring of this desktop (Secret Service)';
  }
}

function storeOf(entryOf: (name: string) => AsyncEntry, words: string): SystemKeystore {
  const ask = async <T>(name: string, question: (entry: AsyncEntry) => Promise<T>): Promise<T> => {
    try {
      return await question(entryOf(name));
    } catch (error) {
      throw refused(words, error);
    }
  };
  return {
    words,
    get: (name) => ask(name, (entry) => entry.getPassword()),
    set: (name, value) => ask(name, (entry) => entry.setPassword(value)),
    delete: async (name) => {
      await ask(name, (entry) => entry.deleteCredential());
    },
  };
}

/** The library's text goes to no message: it is not known to repeat no secret. */
function refused(words: string, error: unknown): AppError {
  const locked = error instanceof Error && /lock|dismissed|denied|authoriz|interaction/i.test(error.message);
  return locked
    ? new AppError(
        'keystore_unusable',
        `${capital(words)} is locked or refuses access.`,
        'Unlock it, allow Chatkeep to use it, and try again.',
      )
    : new AppError('keystore_unusable', `${capital(words)} does not answer as it should.`, 'Restart it and try again.');
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
