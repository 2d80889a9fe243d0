/** Draws the stills that make.sh moves the camera over into the folder given as the first argument. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPictureEngine } from '../pictures/picture-engine.ts';
import { type Scene } from './plates.ts';
import { drawScene } from './scenes.ts';

const STILLS: readonly [string, Scene, number, number, number][] = [
  ['ridges', 'ridges', 11, 1600, 900],
  ['sea', 'sea', 4, 1600, 900],
  ['night', 'night', 7, 900, 1600],
  ['forest', 'forest', 9, 1600, 900],
  ['table', 'stillLife', 8, 1600, 900],
  ['waves', 'waves', 5, 1200, 1200],
  ['gif-sea', 'sea', 21, 1200, 900],
  ['gif-waves', 'waves', 33, 900, 900],
];

const engine = createPictureEngine();
for (const [name, scene, seed, width, height] of STILLS) {
  const svg = drawScene({ number: 0, scene, seed, width, height, format: 'png' });
  const drawn = await engine.draw({ from: { svg }, to: { format: 'png', palette: false } });
  if (drawn === null) {
    throw new Error(`${name} cannot be drawn`);
  }
  await writeFile(join(process.argv[2] ?? '.', `${name}.png`), drawn.bytes);
}
