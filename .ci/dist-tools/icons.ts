/** Makes every icon file from `resources/icon/chatkeep.svg`: run after the drawing changed, commit the result. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { icnsFile, icoFile, type Picture } from './icon-files.ts';

const folder = resolve(import.meta.dirname, '../../resources/icon');
const SIZES = [16, 24, 32, 48, 64, 96, 128, 256, 512, 1024];
const ICO_SIZES: ReadonlySet<number> = new Set([16, 24, 32, 48, 64, 128, 256]);

const svg = await readFile(join(folder, 'chatkeep.svg'));
const pictures: Picture[] = [];
for (const size of SIZES) {
  // Drawn at twice the size and reduced: edges of small icons keep their weight.
  const drawn = sharp(svg, { density: (72 * 2 * size) / 1024 }).resize(size, size, { kernel: 'lanczos3' });
  pictures.push({
    size,
    png: await drawn
      .clone()
      .png({ compressionLevel: 9, palette: size >= 256, quality: 95 })
      .toBuffer(),
    rgba: await drawn.clone().ensureAlpha().raw().toBuffer(),
  });
}
await mkdir(join(folder, 'linux'), { recursive: true });
for (const { size, png } of pictures) {
  await writeFile(join(folder, 'linux', `${String(size)}x${String(size)}.png`), png);
}
await writeFile(join(folder, 'chatkeep.ico'), icoFile(pictures.filter(({ size }) => ICO_SIZES.has(size))));
await writeFile(join(folder, 'chatkeep.icns'), icnsFile(pictures));
