/** When to try again, in ms from now: doubles from `baseMs`, is capped, and carries full jitter in its upper half so that many jobs do not return at once. */
export function backOffMs(tries: number, baseMs: number, capMs: number, random: () => number): number {
  const full = Math.min(capMs, baseMs * 2 ** Math.min(tries, 30));
  return Math.round(full / 2 + (full / 2) * random());
}
