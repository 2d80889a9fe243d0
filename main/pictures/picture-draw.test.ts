/** Pictures as they come out: their size where a coarse one will do, and their colours. */
import load from 'wasm-vips';
import { expect, test } from 'vitest';
import { draw, pixelsOf, plain, withExif } from './testing/made-pictures.ts';

const BOX = { width: 76, height: 88, how: 'inside' } as const;
const jpeg = (width: number, height: number): Promise<Buffer> =>
  draw({ from: plain(width, height, [200, 40, 40]), to: { format: 'jpeg', quality: 90 } });

test.each([
  [40, 30],
  [100, 80],
  [200, 150],
  [400, 300],
  [300, 400],
  [1600, 200],
  [999, 1001],
])(
  'a coarse JPEG of %i × %i fills its box and is at most 1.4 times as large, whichever way it is turned',
  async (w, h) => {
    const bytes = await jpeg(w, h);
    for (const [turned, source] of [
      [false, bytes],
      [true, withExif(bytes, { orientation: 6, copyright: '' })],
    ] as const) {
      const drawn = await draw({
        from: { bytes: source },
        fit: { ...BOX, coarse: true },
        to: { format: 'jpeg', quality: 80 },
      });
      const { width, height } = await pixelsOf({ bytes: drawn });
      const [wide, high] = turned ? [h, w] : [w, h];
      expect(width / height).toBeCloseTo(wide / high, width < 20 || height < 20 ? -1 : 0);
      expect(Math.max(width / BOX.width, height / BOX.height)).toBeLessThanOrEqual(1.4);
      expect(Math.max(width / BOX.width, height / BOX.height)).toBeGreaterThanOrEqual(
        Math.min(0.98, Math.max(wide / BOX.width, high / BOX.height)),
      );
    }
  },
);

test('colours of a profile become those of sRGB; without one they stay', async () => {
  const vips = await load({ dynamicLibraries: [] });
  const red = vips.Image.newFromMemory(
    new Uint8Array(30_000).map((_none, at) => (at % 3 === 0 ? 200 : 40)),
    100,
    100,
    3,
    vips.BandFormat.uchar,
  );
  const source = red.copy({ interpretation: 'srgb' });
  const wide = source.iccTransform('p3', { input_profile: 'srgb' });
  const withProfile = new Uint8Array(wide.writeToBuffer('.png', { profile: 'p3' }));
  const without = new Uint8Array(source.writeToBuffer('.png', { keep: 'none' }));
  const raw = wide.getpoint(5, 5);
  expect(Math.abs((raw[0] ?? 0) - 200)).toBeGreaterThan(5);
  for (const bytes of [withProfile, without]) {
    const small = await draw({
      from: { bytes },
      fit: { width: 20, height: 20, how: 'inside' },
      to: { format: 'png', palette: false },
    });
    const { pixels } = await pixelsOf({ bytes: small });
    const [r = 0, g = 0, b = 0] = pixels;
    expect([Math.abs(r - 200) <= 2, Math.abs(g - 40) <= 3, Math.abs(b - 40) <= 3]).toEqual([true, true, true]);
  }
});
