/** Of eight steps a channel: pixels that look alike share a bin. */
const SHIFT = 5;
/** Pixels that are more clear than this have no say. */
const LEAST_ALPHA = 128;

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * The colour that a picture is remembered by: the mean of the most frequent colours that look alike, where a strong colour counts for more
 * than a grey. Null when all is clear. `pixels`: RGBA, eight bits a channel.
 */
export function dominantColour(pixels: Uint8Array): Colour | null {
  const bins = new Map<number, { weight: number; count: number; red: number; green: number; blue: number }>();
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(at, at + 4);
    if (alpha >= LEAST_ALPHA) {
      const key = ((red >> SHIFT) << 6) | ((green >> SHIFT) << 3) | (blue >> SHIFT);
      const bin = bins.get(key) ?? { weight: 0, count: 0, red: 0, green: 0, blue: 0 };
      bin.weight += 1 + (Math.max(red, green, blue) - Math.min(red, green, blue)) / 255;
      bin.count += 1;
      bin.red += red;
      bin.green += green;
      bin.blue += blue;
      bins.set(key, bin);
    }
  }
  const [most] = [...bins.values()].sort((a, b) => b.weight - a.weight);
  return most === undefined ? null : [most.red / most.count, most.green / most.count, most.blue / most.count];
}
