import { answerCall } from './answer-call.ts';
import type { CallInput, CallResult, Handler, Handlers } from './calls.ts';
import { chatReads } from './chats/handlers.ts';
import { openCore, type Machine } from './core/open-core.ts';
import { ledgerHandlers } from './ledger/handlers.ts';
import { mediaHandlers } from './media/handlers.ts';
import { messageHandlers } from './messages/handlers.ts';
import { searchReads } from './search/handlers.ts';

const NOBODY_SYNCS = { isBusyWith: () => false };

function readHandlers(core: Parameters<typeof mediaHandlers>[0]['core']) {
  return {
    ...mediaHandlers({ core }),
    ...messageHandlers({ core }),
    ...ledgerHandlers({ core }),
    ...searchReads({ core }),
    ...chatReads({ core, ...NOBODY_SYNCS }),
  } satisfies Partial<Handlers>;
}

export type ReadName = keyof ReturnType<typeof readHandlers>;

/** The calls that only read a library, as the app answers them. Takes no lock and writes nothing: another process may have it open. */
export interface Reader {
  /** Never rejects. */
  call<Name extends ReadName>(name: Name, input: CallInput<Name>, signal: AbortSignal): Promise<CallResult<Name>>;
  /** Where a stored file lies. */
  pathOf(sha256: string, ext: string): string;
  close(): Promise<void>;
}

/** Rejects as `openCore` does. */
export async function openReader(machine: Machine, library: string | null): Promise<Reader> {
  const core = await openCore(machine, { library, mode: 'read', create: false });
  const handlers: { readonly [Name in ReadName]: Handler<Name> } = readHandlers(() => core);
  const log = {
    error: (message: string, error: unknown) => {
      machine.log(message, { error });
    },
  };
  return {
    call: async <Name extends ReadName>(name: Name, input: CallInput<Name>, signal: AbortSignal) => {
      const handler: Handler<Name> = handlers[name];
      return await answerCall(name, handler, input, signal, log);
    },
    pathOf: (sha256, ext) => core.pathOf(sha256, ext),
    close: () => core.close(),
  };
}
