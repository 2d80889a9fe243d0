import { beforeAll, describe, expect, test } from 'vitest';
import type { PictureJob } from '../../pictures/picture-job.ts';
import { draw, plain, withExif } from '../../pictures/testing/made-pictures.ts';
import { memorySource } from './byte-source.ts';
import { inspect } from './media-check.ts';
import { box, mp4, noise, refusal } from '../testing/test-library.ts';

const look = (bytes: Uint8Array, contentType: string | null = null, totalBytes: number | null = null) =>
  inspect(memorySource(bytes), { totalBytes, contentType });

const PICTURES: Readonly<Record<string, PictureJob['to']>> = {
  jpeg: { format: 'jpeg', quality: 80 },
  progressive: { format: 'jpeg', quality: 80, progressive: true },
  png: { format: 'png', palette: false },
  webp: { format: 'webp', quality: 80 },
  gif: { format: 'gif' },
};

describe('pictures', () => {
  const pictures = new Map<string, Buffer>();
  beforeAll(async () => {
    for (const [name, to] of Object.entries(PICTURES)) {
      pictures.set(name, await draw({ from: { pixels: noise(64 * 48 * 3), width: 64, height: 48 }, to }));
    }
  });
  const get = (name: string): Buffer => pictures.get(name) ?? Buffer.alloc(0);

  test.each([
    ['jpeg', 'image/jpeg', 'jpg'],
    ['progressive', 'image/jpeg', 'jpg'],
    ['png', 'image/png', 'png'],
    ['webp', 'image/webp', 'webp'],
    ['gif', 'image/gif', 'gif'],
  ])('a whole %s is known by its bytes, with its size, whatever the host calls it', async (name, mime, ext) => {
    const seen = await look(get(name), 'text/html');
    expect(seen).toEqual({ mime, ext, size: { width: 64, height: 48 }, odd: null });
  });

  test.each([['jpeg'], ['progressive'], ['png'], ['webp'], ['gif']])(
    'a %s cut anywhere in its second half is damaged',
    async (name) => {
      const whole = get(name);
      for (let length = Math.floor(whole.length / 2); length < whole.length - 12; length += 37) {
        expect(await refusal(look(whole.subarray(0, length)))).toBe('damaged');
      }
    },
  );

  test.each([
    ['jpeg', 'no_end'],
    ['progressive', 'no_end'],
    ['png', 'no_end'],
    ['webp', 'cut_inside'],
    ['gif', 'cut_inside'],
  ])('a %s without its last two bytes is odd where the host has just these', async (name, odd) => {
    const cut = get(name).subarray(0, -2);
    expect(await refusal(look(cut))).toBe('damaged');
    const kept = await inspect(memorySource(cut), { totalBytes: cut.length, contentType: null, keepOdd: true });
    expect(kept).toMatchObject({ size: { width: 64, height: 48 }, odd });
  });

  test('a JPEG with a whole video behind it is kept', async () => {
    expect((await look(Buffer.concat([get('jpeg'), noise(300_000)]))).ext).toBe('jpg');
  });

  test('a cut JPEG is found out although its EXIF holds a whole thumbnail', async () => {
    const thumb = get('jpeg');
    const app1 = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 0]), Buffer.from('Exif\0\0'), thumb]);
    app1.writeUInt16BE(app1.length - 2, 2);
    const whole = Buffer.concat([thumb.subarray(0, 2), app1, thumb.subarray(2)]);
    expect((await look(whole)).size).toEqual({ width: 64, height: 48 });
    expect(await refusal(look(whole.subarray(0, whole.length - 300)))).toBe('damaged');
  });

  test.each([
    [1, 64, 48],
    [3, 64, 48],
    [6, 48, 64],
    [8, 48, 64],
  ])('EXIF orientation %i gives the size as displayed', async (orientation, width, height) => {
    const turned = withExif(get('jpeg'), { orientation, copyright: 'nobody' });
    expect((await look(turned)).size).toEqual({ width, height });
  });

  test.each([
    ['lossy', 80],
    ['lossless', 'lossless'],
  ] as const)('the size of a %s WebP with alpha is read', async (_name, quality) => {
    const bytes = await draw({ from: plain(301, 17, [0x12, 0x34, 0x56, 0x78]), to: { format: 'webp', quality } });
    expect((await look(bytes)).size).toEqual({ width: 301, height: 17 });
  });
});

describe('movies', () => {
  test('a whole MP4 is kept', async () => {
    expect(await look(mp4(5000))).toEqual({ mime: 'video/mp4', ext: 'mp4', size: null, odd: null });
  });

  test('an MP4 cut inside a box is damaged', async () => {
    expect(await refusal(look(mp4(5000).subarray(0, 4000)))).toBe('damaged');
  });

  test('an MP4 cut between its boxes, so that the index is missing, is damaged', async () => {
    const brand = Buffer.from('isom\0\0\x02\0isomiso2avc1mp41', 'latin1');
    expect(await refusal(look(Buffer.concat([box('ftyp', brand), box('mdat', noise(900))])))).toBe('damaged');
  });

  test('an MP4 whose last box is too long is odd where the host has just these bytes', async () => {
    const bytes = mp4(5000);
    const last = bytes.lastIndexOf('mdat') - 4;
    bytes.writeUInt32BE(bytes.readUInt32BE(last) + 100, last);
    expect(await refusal(look(bytes))).toBe('damaged');
    const announced = { totalBytes: bytes.length, contentType: null, keepOdd: true };
    expect((await inspect(memorySource(bytes), announced)).odd).toBe('cut_inside');
  });

  test('a last box without a length, and junk behind the last box, are no faults', async () => {
    const brand = Buffer.from('isom\0\0\x02\0isomiso2avc1mp41', 'latin1');
    const open = box('mdat', noise(900));
    open.writeUInt32BE(0);
    expect((await look(Buffer.concat([box('ftyp', brand), box('moov', Buffer.alloc(9)), open]))).ext).toBe('mp4');
    expect((await look(Buffer.concat([mp4(500), Buffer.alloc(11)]))).ext).toBe('mp4');
  });
});

describe('what is no media', () => {
  test.each([
    ['an HTML page', '<!DOCTYPE html><html><body>Just a moment</body></html>', 'image/jpeg'],
    ['a JSON answer', '{"error":"expired"}', 'video/mp4'],
    ['XML', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', null],
    ['a picture made of markup', '<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>', 'image/svg+xml'],
    ['a word', 'Forbidden', null],
    ['words of another script', 'доступ запрещён', 'application/octet-stream'],
  ])('%s is refused', async (_what, text, contentType) => {
    expect(await refusal(look(Buffer.from(text), contentType))).toBe('not_media');
  });

  test('nothing is refused', async () => {
    expect(await refusal(look(Buffer.alloc(0), 'image/png'))).toBe('empty');
  });

  test('a length that was not announced is refused', async () => {
    expect(await refusal(look(noise(10), null, 11))).toBe('wrong_length');
  });

  test('an unknown format is evidence: kept under the type that the host names, else as bin', async () => {
    expect(await look(noise(3000), 'audio/mpeg; x=1')).toEqual({
      mime: 'audio/mpeg',
      ext: 'mp3',
      size: null,
      odd: null,
    });
    expect(await look(noise(3000))).toEqual({ mime: 'application/octet-stream', ext: 'bin', size: null, odd: null });
  });

  test('a program is kept under no extension that a double click would run', async () => {
    const exe = Buffer.concat([Buffer.from('MZ'), noise(400)]);
    expect((await look(exe, 'application/x-msdownload')).ext).toBe('bin');
  });
});
