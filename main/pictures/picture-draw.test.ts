/** Pictures as they come out: their size where a coarse one will do, and their colours. */
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

/** Eight by eight pixels of the red below, in Display P3: 184, 56, 49 there. */
const WIDE = [
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAABP2lDQ1BpY2MAABiVfZC/SwJxGMY/l5V1WBA5Fhyh0FAQOdRSgRcFQRFqoDadp2agctz3wuZq',
  'qiVqibamGiJoaGjSsTEIHCv8AxoKaujHxVcHLahneT88PC/vywPKY94siHYNCkXHjsyHtXgiqXlrePDTTS+DhimsxehcDEAYJWE6dp4feq2iyHk3mjOK6a3a',
  'mb23O/MWnL4+eApUL/hfajojTOADCJiW7YCiAUMlx5I8C/jNnJEGJQ6M2PFEEpQd6a81+EhyqsHnku1YRAelAmhrLZxq4UJ+Q96Vkt/7MsWVKNAFDCBYJoT+',
  'R6azntHRGQPZ1+8eRDY03tjyhaHj3nVfguA9hM99130/cd2vJfAcQ8Xf3N9+gKmypKa3UIbLCVCvmt7wJPSpcLNpGbZRtzxAW3Ydnk+hJwH9t6CufgN5X15B',
  'avQKkAAAALRlWElmSUkqAAgAAAAGABIBAwABAAAAAQAAABoBBQABAAAAVgAAABsBBQABAAAAXgAAACgBAwABAAAAAgAAABMCAwABAAAAAQAAAGmHBAABAAAA',
  'ZgAAAAAAAAA4YwAA6AMAADhjAADoAwAABgAAkAcABAAAADAyMTABkQcABAAAAAECAwAAoAcABAAAADAxMDABoAMAAQAAAP//AAACoAQAAQAAAAgAAAADoAQA',
  'AQAAAAgAAAAAAAAAzrK88wAAAAlwSFlzAAAD6AAAA+gBtXtSawAAABFJREFUCNdj2GFhiBUxDC0JAF0sSEGAZ/ALAAAAAElFTkSuQmCC',
].join('');

test('colours of a profile become those of sRGB; without one they stay', async () => {
  const red = [200, 40, 40];
  const without = await draw({ from: plain(8, 8, red), to: { format: 'png', palette: false } });
  for (const bytes of [Buffer.from(WIDE, 'base64'), without]) {
    const small = await draw({
      from: { bytes },
      fit: { width: 4, height: 4, how: 'inside' },
      to: { format: 'png', palette: false },
    });
    const { pixels } = await pixelsOf({ bytes: small });
    expect(red.map((value, at) => Math.abs(value - (pixels[at] ?? 0)) <= 2)).toEqual([true, true, true]);
  }
});
