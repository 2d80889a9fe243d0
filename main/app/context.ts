import type { CallInput, CallName, CallOutput } from './calls.ts';
import type { WireError } from '../contract/errors.ts';
import type { AppPorts } from './core/app-ports.ts';
import type { BackupService } from './backup/service.ts';
import type { EventHub } from './kernel/events.ts';
import type { LibrarySession } from './library-session.ts';
import type { SampleService } from './accounts/samples.ts';
import type { SettingsFile } from './settings/settings-file.ts';

/** Answers one call; throws AppError, ApiError, StoreError or Refusal. The input has been checked. */
export type Handler<Name extends CallName> = (
  input: CallInput<Name>,
  signal: AbortSignal,
) => CallOutput<Name> | Promise<CallOutput<Name>>;

/** One for each call of the contract. */
export type Handlers = { readonly [Name in CallName]: Handler<Name> };

/** The dependencies of handlers. */
export interface HandlerContext {
  readonly ports: AppPorts;
  readonly events: EventHub;
  readonly settings: SettingsFile;
  readonly samples: SampleService;
  readonly backups: BackupService;
  /** Refusal `not_found` while no library is open. */
  session(): LibrarySession;
  sessionOrNull(): LibrarySession | null;
  /** Closes the library that is open and opens this one, or makes it. Rejects with AppError; `busy` while a sync or check runs. */
  chooseLibrary(path: string): Promise<LibrarySession>;
  /** Opens the library of this start again, which could not be opened. Never rejects. */
  tryAgain(): Promise<void>;
  /** Notices for the person since the start. */
  notices(): readonly WireError[];
}
