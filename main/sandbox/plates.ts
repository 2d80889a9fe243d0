/** The pictures of a world: a fixed number of plates, so that drawing stays cheap; every item made of one gets bytes of its own. */
import { generator, hash, pick, weighted } from './random.ts';

export const SCENES = ['ridges', 'sea', 'dunes', 'night', 'forest', 'stillLife', 'facade', 'waves'] as const;
export type Scene = (typeof SCENES)[number];
export type PictureFormat = 'jpeg' | 'png' | 'webp';

export interface Plate {
  readonly number: number;
  readonly scene: Scene;
  /** Draws palette and shapes. */
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly format: PictureFormat;
}

export const PLATES = 120;

type Size = readonly [number, number];
const SIZES: readonly [Size, ...Size[]] = [
  [1280, 853],
  [853, 1280],
  [1080, 1350],
  [1200, 1200],
  [1440, 810],
  [810, 1440],
  [1024, 768],
  [1500, 640],
  [640, 480],
];

/** Plate `number` of a world; a pure function of both. */
export function plateOf(seed: number, number: number): Plate {
  const draw = generator(hash(seed, number, 20));
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
  return { number, scene, seed: hash(seed, number, 21), width, height, format };
}
