import type { Page } from 'playwright-core';

/** The whole app on some shell, as a person meets it: a page, and what lies around the page. */
export interface OpenStage {
  readonly page: Page;
  /** Chooses a folder in the first step of the setup, the way this shell offers: a typed path, or the system's dialog. */
  chooseFolder(path: string): Promise<void>;
  /** Ends the app in order; resolves when it is gone. */
  close(): Promise<void>;
}

export interface StageOptions {
  /** For settings, keys and the log: a folder of this test. */
  readonly configDir: string;
  /** The built screens. */
  readonly pagesDir: string;
  /** An existing library to open; left out, the app starts as on its first day. Only the server knows it. */
  readonly library?: string;
}

export interface Stage {
  readonly name: string;
  /** Whether this machine has it. */
  readonly there: boolean;
  open(options: StageOptions): Promise<OpenStage>;
}
