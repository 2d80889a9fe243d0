/** What the parts of the in-memory bridge share. */
import type { AbortSignalLike } from '../../../../main/app/bridge.ts';
import type { CallInput, CallName, CallOutput } from '../../../../main/app/calls.ts';
import { err, type Result } from '../../../../main/contract/errors.ts';
import type { EventName, Events } from '../../../../main/contract/events.ts';
import type { ExportScene } from './export-jobs.ts';

export type Scenario = 'full' | 'empty' | 'setup' | 'broken' | 'offline';

export interface MemoryPorts {
  readonly scenario: Scenario;
  readonly now: () => number;
  /** Milliseconds before an answer comes; 0 = at once. */
  readonly delay: (ms: number) => Promise<void>;
  readonly latency: number;
  /** An export that stands somewhere when the page opens. */
  readonly exportScene?: ExportScene | null;
}

export type Handlers = {
  readonly [Name in CallName]: (
    input: CallInput<Name>,
    signal: AbortSignalLike | null,
  ) => Result<CallOutput<Name>> | Promise<Result<CallOutput<Name>>>;
};
export type Emit = <Name extends EventName>(event: Name, payload: Events[Name]) => void;

export const ACCOUNT_ID = 1;
export const GB = 1_000_000_000;
export const gone = err('not_found', 'It is no longer here.');
