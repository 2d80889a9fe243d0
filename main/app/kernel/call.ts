/** How a call is defined: once, in the `calls.ts` of its subject. Screens see the types alone. */
import type { z } from 'zod';

export interface Call<Input, Output> {
  readonly input: z.ZodType<Input>;
  /** Carries the type of the answer; never set. */
  readonly output?: Output;
}

type Frozen<Value> = Value extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
    : Value;

export type InputOf<C> = C extends { readonly input: z.ZodType<infer Input> } ? Frozen<Input> : never;
export type OutputOf<C> = C extends { readonly output?: infer Output } ? Exclude<Output, undefined> : never;

/** `call(schema of the input).answers<Output>()`. */
export const call = <Input>(input: z.ZodType<Input>): { answers<Output>(): Call<Input, Output> } => ({
  answers: () => ({ input }),
});

/** Answers one call; throws AppError, ApiError, StoreError or Refusal. The input has been checked. */
type Handler<C> = (input: InputOf<C>, signal: AbortSignal) => OutputOf<C> | Promise<OutputOf<C>>;

/** A handler for each call of a subject. */
export type HandlersOf<Calls> = { readonly [Name in keyof Calls]: Handler<Calls[Name]> };

/** No answer but that it was done. */
export type Done = null;
