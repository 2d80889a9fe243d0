import type { App } from '../../../main/app/create-app.ts';
import type { CallInput, CallName, CallOutput, CallResult } from '../../../main/app/calls.ts';
import { ABORTED, ok, type WireError } from '../../../main/contract/errors.ts';
import type { EventName, Events } from '../../../main/contract/events.ts';

/** Sends an event that the app did not send. */
export type Emit = <Name extends EventName>(name: Name, payload: Events[Name]) => void;

/** The answer to a call: an error, or a value made from the input and from what the app would answer. */
type Answer<Name extends CallName> =
  | WireError
  | ((
      input: CallInput<Name>,
      real: () => Promise<CallOutput<Name>>,
      emit: Emit,
    ) => CallOutput<Name> | Promise<CallOutput<Name>>);

export type Answers = { readonly [Name in CallName]?: Answer<Name> };

type Listener = (name: EventName, payload: Events[EventName]) => void;

/** An app of which single calls answer something else, for states that a test cannot bring about: a shell serves it like any other. */
export class Overrides implements Pick<App, 'call' | 'subscribeAll' | 'files'> {
  readonly #app: App;
  readonly #listeners = new Set<Listener>();
  /** The calls that do not reach the app. */
  answers: Answers = {};

  constructor(app: App) {
    this.#app = app;
  }

  get files(): App['files'] {
    return this.#app.files;
  }

  async call<Name extends CallName>(name: Name, input: unknown, signal: AbortSignal): Promise<CallResult<Name>> {
    const answer: Answer<Name> | undefined = this.answers[name];
    if (answer === undefined) {
      return await this.#app.call(name, input, signal);
    }
    if (typeof answer !== 'function') {
      return { ok: false, error: answer };
    }
    const left = new Promise<CallResult<Name>>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve(ABORTED);
      });
    });
    const real = async (): Promise<CallOutput<Name>> => {
      const result = await this.#app.call(name, input, signal);
      if (!result.ok) {
        throw new Error(`${name}: ${result.error.message}`);
      }
      return result.value;
    };
    const made = async (): Promise<CallResult<Name>> => ok(await answer(input as CallInput<Name>, real, this.emit));
    return await Promise.race([made(), left]);
  }

  subscribeAll(listener: Listener): () => void {
    this.#listeners.add(listener);
    const stop = this.#app.subscribeAll(listener);
    return () => {
      this.#listeners.delete(listener);
      stop();
    };
  }

  readonly emit: Emit = (name, payload) => {
    for (const listener of this.#listeners) {
      listener(name, payload);
    }
  };
}
