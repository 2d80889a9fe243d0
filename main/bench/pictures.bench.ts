/** Small pictures of stored ones, by the engine with its threads, against the same library called in a bare loop. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Vips from 'wasm-vips';
import { createPictureEngine, type PictureEngine } from '../pictures/picture-engine.ts';
import type { PictureJob, PictureSource } from '../pictures/picture-job.ts';
import { drawScene } from '../sandbox/scenes.ts';
import { expectEqual, figure, median, type BenchContext, type Figure } from './figures.ts';

const HEIGHT = 320;
const WIDTH = 4 * HEIGHT;
const ROUNDS = 5;

const KINDS: readonly { readonly name: string; readonly megapixels: number; readonly to: PictureJob['to'] }[] = [
  { name: '12 MP JPEG', megapixels: 12, to: { format: 'jpeg', quality: 88 } },
  { name: '1 MP JPEG', megapixels: 1, to: { format: 'jpeg', quality: 88 } },
  { name: '1 MP PNG', megapixels: 1, to: { format: 'png', palette: false } },
  { name: '1 MP WebP', megapixels: 1, to: { format: 'webp', quality: 80 } },
  { name: '1 MP GIF', megapixels: 1, to: { format: 'gif' } },
  { name: '1 MP AVIF', megapixels: 1, to: { format: 'avif', quality: 60 } },
];

export async function pictures(context: BenchContext): Promise<Figure[]> {
  const each = context.sizes['files'] ?? (context.quick ? 6 : 20);
  const folder = await context.folder();
  const engine = createPictureEngine();
  const { default: load } = await import('wasm-vips');
  const vips = await load({ dynamicLibraries: ['vips-heif.wasm'] });
  vips.concurrency(1);
  const figures: Figure[] = [];
  try {
    for (const { name, megapixels, to } of KINDS) {
      const file = join(folder, `${name}.${to.format}`);
      await writeFile(file, await grainyPicture(engine, megapixels, to));
      const own: number[] = [];
      const bare: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        own.push(await byEngine(engine, file, each));
        bare.push(await byLoop(vips, file, each));
      }
      context.say(`${name}: ${median(own).toFixed(1)} ms, bare ${median(bare).toFixed(1)} ms`);
      const bench = `pictures (${String(each)} a round)`;
      const baseline = { name: 'bare wasm-vips loop', value: median(bare) };
      figures.push(figure(bench, `${name} to ${String(HEIGHT)} px WebP`, 'ms', own, { baseline }));
    }
    const rss = process.resourceUsage().maxRSS / 1024;
    return [...figures, figure('pictures', 'peak memory, both ways in one process', 'MB', [rss])];
  } finally {
    await engine.close();
  }
}

const job = (from: PictureSource): PictureJob => ({
  from,
  fit: { width: WIDTH, height: HEIGHT, how: 'inside' },
  to: { format: 'webp', quality: 78 },
});

/** A scene with grain, as a camera's. Four to three. */
export async function grainyPicture(
  engine: PictureEngine,
  megapixels: number,
  to: PictureJob['to'],
): Promise<Uint8Array> {
  const height = Math.round(Math.sqrt((megapixels * 1_000_000 * 3) / 4));
  const width = Math.round((height * 4) / 3);
  const svg = drawScene({ number: 0, scene: 'forest', seed: 9, width, height, format: 'png' });
  const plain = await engine.draw({ from: { svg }, to: { format: 'pixels' } });
  const rgb = new Uint8Array(width * height * 3);
  let grain = 1;
  for (let at = 0; at < width * height; at += 1) {
    grain = (grain * 1_103_515_245 + 12_345) & 0x7fffffff;
    for (let channel = 0; channel < 3; channel += 1) {
      rgb[at * 3 + channel] = Math.min(255, (plain?.bytes[at * 4 + channel] ?? 0) + ((grain >> 16) & 15));
    }
  }
  const drawn = await engine.draw({ from: { pixels: rgb, width, height }, to });
  if (drawn === null) {
    throw new Error('the picture to measure cannot be made');
  }
  return drawn.bytes;
}

/** Milliseconds a picture, two at a time as a screen asks for them. */
async function byEngine(engine: PictureEngine, file: string, count: number): Promise<number> {
  const begun = performance.now();
  const drawn = await Promise.all(Array.from({ length: count }, () => engine.draw(job({ file }))));
  const ms = (performance.now() - begun) / count;
  expectEqual('heights', [...new Set(drawn.map((picture) => picture?.height))], [HEIGHT]);
  return ms;
}

async function byLoop(vips: typeof Vips, file: string, count: number): Promise<number> {
  const begun = performance.now();
  for (let done = 0; done < count; done += 1) {
    const image = vips.Image.thumbnailBuffer(await readFile(file), WIDTH, { height: HEIGHT, size: 'down' });
    image.writeToBuffer('.webp', { Q: 78, effort: 3, keep: 'none' });
    image.delete();
  }
  return (performance.now() - begun) / count;
}
