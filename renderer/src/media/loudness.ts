/** How loud a sound is over its length, measured once and kept: 128 bytes a sound. */

const BARS = 128;
/** Larger files are not fetched for a drawing. */
const MOST_BYTES = 6_000_000;
const KEPT = 500;
/** Samples looked at for each bar: enough for a drawing, a fraction of an hour's. */
const LOOKED_AT = 400;

/** Null: it could not be measured, and is not tried again. */
const kept = new Map<number, Uint8Array | null>();
let queue: Promise<unknown> = Promise.resolve();

/** Null when it is too large or cannot be decoded. One file at a time: decoding happens in the browser's own threads, memory is ours. */
export function loudnessOf(
  id: number,
  src: string,
  bytes: number | null,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const known = kept.get(id);
  if (known !== undefined) {
    return Promise.resolve(known);
  }
  if (bytes === null || bytes > MOST_BYTES || typeof OfflineAudioContext === 'undefined') {
    return Promise.resolve(null);
  }
  const measured = queue.then(async () => (signal.aborted ? null : measure(id, src, signal)));
  queue = measured;
  return measured;
}

async function measure(id: number, src: string, signal: AbortSignal): Promise<Uint8Array | null> {
  let loudness: Uint8Array | null = null;
  try {
    const response = await fetch(src, { signal });
    // A low rate: the browser does the averaging, and an hour stays some megabytes.
    const context = new OfflineAudioContext(1, 1, 8000);
    const sound = await context.decodeAudioData(await response.arrayBuffer());
    loudness = peaksOf(sound.getChannelData(0), BARS);
  } catch {
    if (signal.aborted) {
      return null;
    }
  }
  keep(id, loudness);
  return loudness;
}

function keep(id: number, loudness: Uint8Array | null): void {
  const [oldest] = kept.keys();
  if (kept.size >= KEPT && oldest !== undefined) {
    kept.delete(oldest);
  }
  kept.set(id, loudness);
}

/** The root mean square of each stretch, 0 to 255, the loudest being 255. */
export function peaksOf(samples: Float32Array, bars: number): Uint8Array {
  const levels = new Float32Array(bars);
  const stretch = samples.length / bars;
  for (let bar = 0; bar < bars; bar += 1) {
    const start = Math.floor(bar * stretch);
    const end = Math.max(start + 1, Math.floor((bar + 1) * stretch));
    const step = Math.max(1, Math.floor((end - start) / LOOKED_AT));
    let sum = 0;
    let count = 0;
    for (let at = start; at < end; at += step) {
      sum += (samples[at] ?? 0) ** 2;
      count += 1;
    }
    levels[bar] = Math.sqrt(sum / count);
  }
  const loudest = levels.reduce((most, level) => Math.max(most, level), 0);
  return Uint8Array.from(levels, (level) => (loudest === 0 ? 0 : Math.round((level / loudest) * 255)));
}

/** Heights of `count` bars, 0 to 1; a flat line while nothing is measured. */
export function barsOf(loudness: Uint8Array | null, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    if (loudness === null) {
      return 0;
    }
    const from = Math.floor((index * loudness.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * loudness.length) / count));
    return Math.max(...loudness.subarray(from, to)) / 255;
  });
}
