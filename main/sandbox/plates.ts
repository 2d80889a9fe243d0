/** The pictures of all worlds: few plates of moderate size, since drawing is what a sandbox costs. Every item made of one gets bytes of its own. */
import { generator, hash, pick, weighted } from './random.ts';

const SCENES = ['ridges', 'sea', 'dunes', 'night', 'forest', 'stillLife', 'facade', 'waves'] as const;
export type Scene = (typeof SCENES)[number];
type PictureFormat = 'jpeg' | 'png' | 'webp';

export interface Plate {
  readonly number: number;
  readonly scene: Scene;
  /** Draws palette and shapes. */
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly format: PictureFormat;
}

export const PLATES = 72;

type Size = readonly [number, number];
const SIZES: readonly [Size, ...Size[]] = [
  [960, 640],
  [640, 960],
  [768, 960],
  [840, 840],
  [1024, 576],
  [576, 1024],
  [800, 600],
  [1120, 480],
  [640, 480],
];

/** Plate `number`, the same in every world. */
export function plateOf(number: number): Plate {
  const draw = generator(hash(number, 20));
  const [width, height] = pick(SIZES, draw());
  const format: PictureFormat = weighted(
    [
      [80, 'jpeg'],
      [8, 'png'],
      [12, 'webp'],
    ],
    draw(),
  );
  const scene = SCENES[number % SCENES.length] ?? 'sea';
  return { number, scene, seed: hash(number, 21), width, height, format };
}
