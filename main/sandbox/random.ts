/** Numbers that depend on nothing but their inputs: the whole sandbox is drawn from these. */

function mix(state: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  k = Math.imul(k, 0x1b873593);
  const h = state ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) >>> 0;
}

/** A 32-bit hash of numbers; numbers above 2^32 count with all their bits. */
export function hash(...parts: readonly number[]): number {
  let state = 0x9747b28c;
  for (const part of parts) {
    state = mix(mix(state, part >>> 0), Math.floor(part / 2 ** 32) >>> 0);
  }
  state ^= state >>> 16;
  state = Math.imul(state, 0x85ebca6b);
  state ^= state >>> 13;
  state = Math.imul(state, 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/** A share in [0, 1) that is always the same for the same numbers. */
export function share(...parts: readonly number[]): number {
  return hash(...parts) / 2 ** 32;
}

/** A small seeded generator of numbers in [0, 1). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The entry of a list that a share points at. */
export function pick<T>(list: readonly [T, ...T[]], at: number): T {
  return list[Math.floor(at * list.length)] ?? list[0];
}

/** Draws from weighted choices: the weights need not sum to 1. */
export function weighted<T>(choices: readonly [readonly [number, T], ...(readonly [number, T])[]], at: number): T {
  let left = at * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, value] of choices) {
    left -= weight;
    if (left < 0) {
      return value;
    }
  }
  return choices[0][1];
}
