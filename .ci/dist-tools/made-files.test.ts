/** What is made for the package: icons, licences, the list of parts. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { draw, pixelsOf, plain } from '../../main/pictures/testing/made-pictures.ts';
import { icnsFile, icoFile, type Picture } from './icon-files.ts';
import { shippedSbom } from './sbom.ts';
import type { Shipped } from './shipped.ts';

const icons = resolve(import.meta.dirname, '../../resources/icon');

async function picture(size: number): Promise<Picture> {
  const from = plain(size, size, [255, 10, 0, 128]);
  return {
    size,
    png: await draw({ from, to: { format: 'png', palette: false } }),
    rgba: await draw({ from, to: { format: 'pixels' } }),
  };
}

describe('icons', () => {
  test('the committed ones are there in every size', async () => {
    for (const size of [16, 24, 32, 48, 64, 96, 128, 256, 512, 1024]) {
      const icon = await pixelsOf({ file: join(icons, 'linux', `${String(size)}x${String(size)}.png`) });
      // The corner is clear.
      expect([icon.width, icon.height, icon.pixels[3]]).toEqual([size, size, 0]);
    }
    const ico = await readFile(join(icons, 'chatkeep.ico'));
    expect([ico.readUInt16LE(2), ico.readUInt16LE(4)]).toEqual([1, 7]);
    const icns = await readFile(join(icons, 'chatkeep.icns'));
    expect([icns.toString('ascii', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length]);
  });

  test('an ICO holds bitmaps from the bottom up, and PNG for what is large', async () => {
    const [small, large] = [await picture(16), await picture(256)];
    const ico = icoFile([small, large]);
    const [first, second] = [ico.readUInt32LE(18), ico.readUInt32LE(34)];
    expect([ico.readUInt8(6), ico.readUInt8(22)]).toEqual([16, 0]);
    expect([ico.readUInt32LE(first), ico.readInt32LE(first + 8)]).toEqual([40, 32]);
    expect([...ico.subarray(first + 40, first + 44)]).toEqual([0, 10, 255, 128]);
    expect(ico.subarray(second).equals(large.png)).toBe(true);
    expect(ico.readUInt32LE(14)).toBe(second - first);
  });

  test('an ICNS without one of its sizes is not made', async () => {
    const all = await Promise.all([16, 32, 64, 128, 256, 512, 1024].map(picture));
    const icns = icnsFile(all);
    expect(icns.readUInt32BE(4)).toBe(icns.length);
    expect(() => icnsFile(all.slice(1))).toThrow('16 pixels');
  });
});

describe('the list of parts', () => {
  const component = (name: string, version = '1.0.0') => ({ 'bom-ref': `${name}@${version}`, name, version });
  const npm = JSON.stringify({
    bomFormat: 'CycloneDX',
    serialNumber: 'urn:uuid:random',
    metadata: { timestamp: 'now', component: component('main') },
    components: [component('got'), component('vitest'), component('electron', '45.0.0')],
    dependencies: [
      { ref: 'main@1.0.0', dependsOn: ['got@1.0.0', 'vitest@1.0.0'] },
      { ref: 'vitest@1.0.0', dependsOn: ['got@1.0.0'] },
    ],
  });
  const part = (name: string, version = '1.0.0'): Shipped => ({
    name,
    version,
    licence: 'MIT',
    text: null,
    where: 'app',
  });

  test('holds what is shipped alone, and is the same for the same sources', () => {
    const parts = [part('got'), part('electron', '45.0.0')];
    const bom = shippedSbom(npm, parts, 0);
    expect(JSON.parse(bom)).toMatchObject({
      metadata: { timestamp: '1970-01-01T00:00:00.000Z', component: { name: 'chatkeep', type: 'application' } },
      components: [{ name: 'got' }, { name: 'electron' }],
      dependencies: [{ ref: 'main@1.0.0', dependsOn: ['got@1.0.0'] }],
      serialNumber: expect.stringMatching(
        /^urn:uuid:[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/,
      ) as string,
    });
    expect(shippedSbom(npm, parts, 0)).toBe(bom);
  });

  test('a part that npm does not know is an error, not a gap', () => {
    expect(() => shippedSbom(npm, [part('left-pad')], 0)).toThrow('left-pad@1.0.0');
  });
});
