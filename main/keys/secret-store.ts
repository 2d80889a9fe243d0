/** Where API keys, connection ids and the signing key are kept: never in the index. */
export interface SecretStore {
  /** Null when there is none of this name. Throws AppError `keystore_unusable`. */
  get(name: string): Promise<string | null>;
  /** Durable when it resolves. `once`: an existing secret of this name stays. Throws AppError `keystore_unusable`. */
  set(name: string, value: string, once?: 'once'): Promise<void>;
  /** A missing name is no error. Throws AppError `keystore_unusable`. */
  delete(name: string): Promise<void>;
  /** Where secrets are now. Never rejects. */
  place(): Promise<SecretPlace>;
}

export interface SecretPlace {
  /** `os`: the system's keystore. `file`: a sealed file that only this user can read. */
  readonly kind: 'os' | 'file';
  /** In a few words for people. */
  readonly words: string;
}
