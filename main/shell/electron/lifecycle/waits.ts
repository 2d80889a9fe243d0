/** The pending steps of opening the app. */
export class Waits {
  line: string | null = null;
  #began = Promise.withResolvers<undefined>();

  /** Resolves at the first line since the last end. */
  get began(): Promise<undefined> {
    return this.#began.promise;
  }

  tell(line: string): void {
    this.line = line;
    this.#began.resolve(undefined);
  }

  end(): void {
    this.line = null;
    this.#began = Promise.withResolvers<undefined>();
  }
}
