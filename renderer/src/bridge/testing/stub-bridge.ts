/** For tests of models: a bridge that answers the calls a test names. Any other call is a fault of the test. */
import type { AbortSignalLike, Bridge } from '../../../../main/app/bridge.ts';
import type { CallInput, CallName, CallOutput } from '../../../../main/app/calls.ts';
import { ABORTED, type Result } from '../../../../main/contract/errors.ts';
import type { EventName, Events } from '../../../../main/contract/events.ts';

export type StubAnswers = {
  [Name in CallName]?: (
    input: CallInput<Name>,
    signal: AbortSignalLike | undefined,
  ) => Result<CallOutput<Name>> | Promise<Result<CallOutput<Name>>>;
};

export interface Asked {
  readonly name: CallName;
  readonly input: unknown;
  readonly signal: AbortSignalLike | undefined;
}

export interface StubBridge extends Bridge {
  readonly asked: Asked[];
  /** May be changed while the bridge is in use. */
  readonly answers: StubAnswers;
  /** Tells an event; answers how many listen to it. */
  emit<Name extends EventName>(event: Name, payload: Events[Name]): number;
}

type Listener = (payload: never) => void;

/** Values are copied on their way, as every other bridge does. A call that was given up answers so. */
export function stubBridge(answers: StubAnswers): StubBridge {
  const asked: Asked[] = [];
  const listeners = new Map<EventName, Set<Listener>>();
  return {
    asked,
    answers,
    async call(name, input, { signal } = {}) {
      asked.push({ name, input, signal });
      const answer = answers[name];
      if (answer === undefined) {
        throw new Error(`The test does not answer ${name}.`);
      }
      // No bridge answers before the call has returned.
      await Promise.resolve();
      const result = signal?.aborted === true ? ABORTED : await answer(structuredClone(input), signal);
      return signal?.aborted === true ? ABORTED : structuredClone(result);
    },
    subscribe(event, listener) {
      const set = listeners.get(event) ?? new Set<Listener>();
      listeners.set(event, set.add(listener));
      return () => set.delete(listener);
    },
    emit(event, payload) {
      const set = listeners.get(event) ?? new Set<Listener>();
      for (const listener of [...set]) {
        listener(payload as never);
      }
      return set.size;
    },
  };
}
