/** The sample clips: what is known of them without looking inside. Their bytes are in `samples/data.ts`. */

interface Sample {
  readonly name: SampleName;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
}

export type SampleName =
  | 'video-ridges.mp4'
  | 'video-sea.mp4'
  | 'video-night.mp4'
  | 'video-forest.mp4'
  | 'video-table.mp4'
  | 'video-waves.mp4'
  | 'gif-sea.mp4'
  | 'gif-waves.mp4'
  | 'audio-low.m4a'
  | 'audio-high.m4a'
  | 'audio-mid.mp3';

const sample = (name: SampleName, width: number, height: number, seconds: number): Sample => ({
  name,
  width,
  height,
  seconds,
});

type List = readonly [Sample, ...Sample[]];
const VIDEO: List = [
  sample('video-ridges.mp4', 640, 360, 5),
  sample('video-sea.mp4', 640, 360, 6),
  sample('video-night.mp4', 360, 640, 4),
  sample('video-forest.mp4', 640, 360, 5),
  sample('video-table.mp4', 640, 360, 3),
  sample('video-waves.mp4', 480, 480, 4),
];
const GIF: List = [sample('gif-sea.mp4', 400, 300, 2), sample('gif-waves.mp4', 320, 320, 2)];
const AUDIO: List = [
  sample('audio-low.m4a', 0, 0, 5),
  sample('audio-high.m4a', 0, 0, 4),
  sample('audio-mid.mp3', 0, 0, 6),
];

export const SAMPLES = { video: VIDEO, gif: GIF, audio: AUDIO } as const;

/** Content type by the ending of a sample's name. */
export function sampleMime(name: SampleName): string {
  return name.endsWith('.mp3') ? 'audio/mpeg' : name.endsWith('.m4a') ? 'audio/mp4' : 'video/mp4';
}
