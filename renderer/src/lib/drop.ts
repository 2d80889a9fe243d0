/** Marks a promise that is left to itself on purpose. Only for promises that never reject: calls of the bridge are results. */
export function drop(_promise: Promise<unknown>): void {
  // Nothing to do: the name says it.
}
