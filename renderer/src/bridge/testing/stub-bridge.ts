/** For tests of models: a bridge that answers the calls a test names. Any other call is a fault of the test. */
import type { AbortSignalLike, Bridge } from '../../../../main/app/bridge.ts';
import type { CallInput, CallName, CallOutput } from '../../../../main/app/calls.ts';
import { ABORTED, ok, type Result } from '../../../../main/contract/errors.ts';
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

/** Answers that overtake each other: each is made when it is asked for, with its number from 0, and they are given newest first. */
export class Overtaking<Value, Input = unknown> {
  readonly #make: (question: number, input: Input) => Value;
  readonly #waiting: (() => void)[] = [];
  /** Questions that came so far. */
  asked = 0;

  constructor(make: (question: number, input: Input) => Value) {
    this.#make = make;
  }

  /** Stands in the place of an answer of the stub. */
  readonly answer = async (input: Input): Promise<Result<Value>> => {
    const value = this.#make(this.asked, input);
    this.asked += 1;
    await new Promise<void>((give) => this.#waiting.push(give));
    return ok(value);
  };

  /** Answers everything until this work is done. */
  async until(work: Promise<unknown>): Promise<void> {
    let done = false;
    void work.then(() => (done = true));
    while (!done) {
      // Every question that can be asked by now has been asked.
      await new Promise((next) => setTimeout(next));
      this.#waiting.pop()?.();
    }
  }
}
