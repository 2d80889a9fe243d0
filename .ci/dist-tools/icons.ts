/** Makes every icon file from `resources/icon/chatkeep.svg`: run after the drawing changed, commit the result. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createPictureEngine } from '../../main/pictures/picture-engine.ts';
import type { PictureJob } from '../../main/pictures/picture-job.ts';
import { icnsFile, icoFile, type Picture } from './icon-files.ts';

const folder = resolve(import.meta.dirname, '../../resources/icon');
const SIZES = [16, 24, 32, 48, 64, 96, 128, 256, 512, 1024];
const ICO_SIZES: ReadonlySet<number> = new Set([16, 24, 32, 48, 64, 128, 256]);

const svg = await readFile(join(folder, 'chatkeep.svg'), 'utf8');
const engine = createPictureEngine();

async function draw(from: PictureJob['from'], size: number, to: PictureJob['to']): Promise<Buffer> {
  const drawn = await engine.draw({ from, fit: { width: size, height: size, how: 'inside' }, enlarge: true, to });
  if (drawn === null) {
    throw new Error('the icon cannot be drawn');
  }
  return Buffer.from(drawn.bytes.buffer);
}

const pictures: Picture[] = [];
for (const size of SIZES) {
  // Drawn at twice the size and reduced: edges of small icons keep their weight.
  const double = await draw({ svg }, 2 * size, { format: 'png', palette: false });
  pictures.push({
    size,
    png: await draw({ bytes: double }, size, { format: 'png', palette: size >= 256 }),
    rgba: await draw({ bytes: double }, size, { format: 'pixels' }),
  });
}
await mkdir(join(folder, 'linux'), { recursive: true });
for (const { size, png } of pictures) {
  await writeFile(join(folder, 'linux', `${String(size)}x${String(size)}.png`), png);
}
await writeFile(join(folder, 'chatkeep.ico'), icoFile(pictures.filter(({ size }) => ICO_SIZES.has(size))));
await writeFile(join(folder, 'chatkeep.icns'), icnsFile(pictures));
