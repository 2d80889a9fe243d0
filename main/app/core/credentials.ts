import { z } from 'zod';
import { AppError } from '../../lib/app-error.ts';
import { parseAs } from '../../lib/json-file.ts';
import type { SecretStore } from '../../keys/secret-store.ts';

/** The credentials of the service. The keystore holds them and the API client gets them; no screen or log shows them. */
export interface Credentials {
  readonly key: string;
  readonly connectionId: string | null;
}

const stored = z.object({ key: z.string().min(1), connectionId: z.string().min(1).nullable() });

/** Credentials of a library's accounts in the keystore, one entry an account. */
export class CredentialStore {
  readonly #secrets: SecretStore;
  readonly #libraryId: string;

  constructor(secrets: SecretStore, libraryId: string) {
    this.#secrets = secrets;
    this.#libraryId = libraryId;
  }

  /** Null when the keystore has none for this account. */
  async get(accountId: number): Promise<Credentials | null> {
    const text = await this.#secrets.get(this.#name(accountId));
    if (text === null) {
      return null;
    }
    const credentials = parseAs(stored, text);
    if (credentials === null) {
      throw new AppError(
        'keystore_unusable',
        `The keystore's entry for account ${accountId} cannot be read.`,
        'Add the account again: chatkeep account add',
      );
    }
    return credentials;
  }

  async set(accountId: number, credentials: Credentials): Promise<void> {
    await this.#secrets.set(this.#name(accountId), JSON.stringify(credentials));
  }

  async delete(accountId: number): Promise<void> {
    await this.#secrets.delete(this.#name(accountId));
  }

  #name(accountId: number): string {
    return `${this.#libraryId}/account/${accountId}`;
  }
}
