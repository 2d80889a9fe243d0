import { err, ok, type Result } from '../../../contract/errors.ts';
import type { CallName, CallResult } from '../../../app/calls.ts';
import type { EventName, Events } from '../../../contract/events.ts';
import type { HoldReason } from '../../../app/sync/service.ts';
import type { ShellApp } from '../shell-app.ts';

type Answer = (input: unknown, signal: AbortSignal) => unknown;

/** An app in memory for tests of the shell: it answers what the test scripts, and remembers what it was asked. */
export class FakeApp implements ShellApp {
  readonly asked: { readonly name: string; readonly input: unknown }[] = [];
  readonly holds: string[] = [];
  readonly answers: Partial<Record<CallName, Answer>> = {};
  readonly #listeners = new Map<string, Set<(payload: never) => void>>();
  isShut = false;

  async call<Name extends CallName>(name: Name, input: unknown, signal: AbortSignal): Promise<CallResult<Name>> {
    this.asked.push({ name, input });
    const answer = this.answers[name];
    const result = answer === undefined ? err('not_found', 'The test has no answer.') : ok(await answer(input, signal));
    return result as Result<never>;
  }

  subscribe<Name extends EventName>(event: Name, listener: (payload: Events[Name]) => void): () => void {
    const set = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, set);
    set.add(listener);
    return () => {
      set.delete(listener);
    };
  }

  emit<Name extends EventName>(event: Name, payload: Events[Name]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      listener(payload as never);
    }
  }

  listeners(event: EventName): number {
    return this.#listeners.get(event)?.size ?? 0;
  }

  hold(reason: HoldReason): void {
    this.holds.push(`hold ${reason}`);
  }

  release(reason: HoldReason): void {
    this.holds.push(`release ${reason}`);
  }

  shutdown(): Promise<void> {
    this.isShut = true;
    return Promise.resolve();
  }
}
