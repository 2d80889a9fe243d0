/** Whether a drag of the pointer was a swipe. Pure. Lengths in CSS pixels, times in milliseconds. */

export interface Drag {
  readonly x: number;
  readonly y: number;
  readonly ms: number;
}

const LEAST = 60;
const FLICK = 24;
/** Pixels a millisecond from which a short drag is a flick. */
const FAST = 0.5;

/** Content follows the finger: dragged towards the start it shows what comes after. Null: no swipe. */
export function swipeOf({ x, y, ms }: Drag, rtl: boolean): 'newer' | 'older' | null {
  const across = Math.abs(x);
  const isFar = across >= LEAST || (across >= FLICK && across / Math.max(1, ms) >= FAST);
  if (!isFar || across < Math.abs(y) * 1.5) {
    return null;
  }
  return x < 0 !== rtl ? 'older' : 'newer';
}
