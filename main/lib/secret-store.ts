/** Where API keys and connection ids are kept: the system's keystore where there is one, else a sealed file. Never the index. */
export interface SecretStore {
  /** Null when there is none of this name. Throws AppError `keystore_unusable`. */
  get(name: string): Promise<string | null>;
  /** Durable when it resolves. `once`: one of this name that is there already stays. Throws AppError `keystore_unusable`. */
  set(name: string, value: string, once?: 'once'): Promise<void>;
  /** A name that is not there is no error. */
  delete(name: string): Promise<void>;
  /** In a few words for people: where secrets lie and how well they are kept. */
  backend(): string;
}
