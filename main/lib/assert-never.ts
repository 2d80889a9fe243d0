/** For the default branch of a switch over a closed union: a compile error when a case is missing, a throw if it is reached. */
export function assertNever(value: never, what: string): never {
  throw new Error(`unexpected ${what}: ${String(value)}`);
}
