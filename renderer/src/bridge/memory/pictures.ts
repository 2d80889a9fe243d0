import type { MediaEntry } from '../../../../main/contract/shapes.ts';
import { cellRatio } from '../../media/geometry.ts';
import type { MediaSource } from '../media-source.ts';
import { paintScene } from './scenes.ts';

const VARIETY = 72;
const SOUNDS = 8;

/** Addresses of painted pictures instead of stored files. Pictures are painted when first asked for and kept. */
export function paintedPictures(document: Document): MediaSource {
  const made = new Map<string, string>();

  function picture(entry: Pick<MediaEntry, 'id' | 'width' | 'height'>, height: number): string {
    const scene = entry.id % VARIETY;
    const ratio = cellRatio(entry.width, entry.height);
    const key = `${String(scene)} ${ratio.toFixed(2)} ${String(height)}`;
    let address = made.get(key);
    if (address === undefined) {
      const canvas = document.createElement('canvas');
      canvas.width = Math.round(height * ratio);
      canvas.height = height;
      const paint = canvas.getContext('2d');
      if (paint !== null) {
        paintScene(paint, canvas.width, canvas.height, scene);
      }
      address = URL.createObjectURL(dataBlob(canvas.toDataURL('image/jpeg', 0.86)));
      made.set(key, address);
    }
    return address;
  }

  function sound(seed: number): string {
    const key = `sound ${String(seed)}`;
    const address = made.get(key) ?? hum(seed);
    made.set(key, address);
    return address;
  }

  return {
    thumb: (entry) => picture({ width: null, height: null, ...entry }, 320),
    file: (entry) => (entry.kind === 'audio' ? sound(entry.id % SOUNDS) : picture(entry, 1200)),
    playable: (entry) => entry.kind !== 'video' && entry.kind !== 'gif',
  };
}

function dataBlob(url: string): Blob {
  const bytes = Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: 'image/jpeg' });
}

/** Two seconds of a tone that swells as speech does, as WAV. */
function hum(seed: number): string {
  const rate = 8000;
  const samples = rate * 2;
  const view = new DataView(new ArrayBuffer(44 + samples));
  const word = (at: number, text: string): void => {
    [...text].forEach((letter, index) => {
      view.setUint8(at + index, letter.charCodeAt(0));
    });
  };
  word(0, 'RIFF');
  view.setUint32(4, 36 + samples, true);
  word(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  word(36, 'data');
  view.setUint32(40, samples, true);
  for (let index = 0; index < samples; index += 1) {
    const at = index / samples;
    const swell =
      Math.abs(Math.sin(at * 11 + seed) * Math.cos(at * 47 + seed * 2)) * (0.4 + 0.6 * Math.sin(at * Math.PI));
    view.setUint8(44 + index, 128 + Math.round(100 * swell * Math.sin((index / rate) * 2 * Math.PI * 220)));
  }
  return URL.createObjectURL(new Blob([view.buffer], { type: 'audio/wav' }));
}
