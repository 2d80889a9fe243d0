import { UTC } from '../contract/time-zone.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planPath } from './plan-path.ts';
import { cleanText, fitName, firstBytes, foldPath, lengthOf, rulesFor, type TargetRules } from './target-names.ts';
import { EXPORT_TOKENS } from '../contract/export-shapes.ts';
import { parseTemplate, type TemplateValues } from './template.ts';

const name = (text: string, most = 255): string => fitName([{ text, worth: 'text' }], '7', '.jpg', most).name;

describe('one name', () => {
  test.each([
    ['dots alone', '..', '_.jpg'],
    ['nothing', '', '_.jpg'],
    ['slashes of both kinds', '../a\\b', '__a_b.jpg'],
    ['control characters', 'a\u0000b\u001Fc\u0085d', 'abcd.jpg'],
    ['a line break', 'a\r\nb', 'a b.jpg'],
    ['marks that turn the writing', 'photo\u202Egpj.exe', 'photogpj.exe.jpg'],
    ['right-to-left letters stay', 'שלום', 'שלום.jpg'],
    ['emoji stay whole', '👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦.jpg'],
    ['a decomposed letter is composed', 'e\u0301', 'é.jpg'],
    ['a half surrogate', 'a\uD83D', 'a\uFFFD.jpg'],
    ['a device name', 'CON', '_CON.jpg'],
    ['a device name with an ending', 'nul.txt', '_nul.txt.jpg'],
    ['a device name with a raised digit', 'com¹', '_com¹.jpg'],
    ['no device', 'console', 'console.jpg'],
    ['dots and spaces at the end', 'a. . ', 'a.jpg'],
    ['a hidden file', '.profile', '_profile.jpg'],
    ['characters of Windows', 'a<b>c:d"e|f?g*h', 'a_b_c_d_e_f_g_h.jpg'],
  ])('%s', (_what, text, wanted) => {
    expect(name(text)).toBe(wanted);
  });

  test('is cut between characters, with its ending whole', () => {
    expect(name('é'.repeat(300))).toBe(`${'é'.repeat(125)}.jpg`);
    expect(Buffer.byteLength(name('😀'.repeat(100)))).toBeLessThanOrEqual(255);
    expect(firstBytes('a😀', 4)).toBe('a');
  });

  test('facts outlive words, words outlive text of people', () => {
    const parts = [
      { text: 'x'.repeat(100), worth: 'text' },
      { text: ' of ', worth: 'words' },
      { text: '1234567890', worth: 'fact' },
    ] as const;
    expect(fitName(parts, '1234567890', '.mp4', 40).name).toMatch(/^x+ of 1234567890\.mp4$/);
    expect(fitName(parts, '1234567890', '.mp4', 18).name).toBe('of 1234567890.mp4');
    expect(fitName([{ text: 'y'.repeat(90), worth: 'fact' }], '42', '.mp4', 20).name).toMatch(/^y+~42\.mp4$/);
  });
});

describe('rules of the target', () => {
  test('Windows and its file systems have short paths, FAT no files of 4 GiB', () => {
    const dir = '/media/stick';
    expect(rulesFor({ platform: 'linux', fsType: 0xef53, dir })).toMatchObject({ pathUnit: 'bytes', pathLength: 4077 });
    expect(rulesFor({ platform: 'linux', fsType: 0x4d44, dir })).toMatchObject({
      pathUnit: 'utf16',
      pathLength: 236,
      fileBytes: 4 * 1024 ** 3 - 1,
    });
    expect(rulesFor({ platform: 'win32', fsType: null, dir: 'C:\\x' })).toMatchObject({
      pathUnit: 'utf16',
      pathLength: 249,
    });
    // A name of eCryptfs may have 143 bytes; a paper beside the file has its name and `.json`.
    expect(rulesFor({ platform: 'linux', fsType: 0xf15f, dir }).nameBytes).toBe(138);
    // A negative number, as some systems give it.
    expect(rulesFor({ platform: 'linux', fsType: 0xff534d42 | 0, dir }).pathUnit).toBe('utf16');
  });
});

describe('a folder on FAT', () => {
  const fat = rulesFor({ platform: 'linux', fsType: 0x4d44, dir: '/media/stick' });
  const planned = (count: number, source: string): Map<string, number> => {
    const parsed = parseTemplate(source);
    const used = new Map<string, number>();
    for (let mediaId = 1; mediaId <= count; mediaId += 1) {
      const item: TemplateValues = {
        chat: 'Anna',
        chatId: 7,
        account: 'Mine',
        sender: 'Anna',
        sentAt: 0,
        zone: UTC,
        messageId: 1,
        mediaId,
        position: 1,
        kind: 'photo',
        ext: 'jpg',
        label: 'none',
        counter: mediaId,
      };
      const path =
        planPath(
          parsed,
          item,
          fat,
          () => false,
          (folder) => used.get(folder) ?? 0,
        )?.path ?? '';
      const slash = Math.max(0, path.lastIndexOf('/'));
      const folder = foldPath(path.slice(0, slash));
      // Counted as the file system does: a short entry and one for 13 letters, here and for the paper beside.
      const { length } = path.slice(slash === 0 ? 0 : slash + 1);
      const entries = 2 + Math.ceil(length / 13) + Math.ceil((length + 5) / 13);
      used.set(folder, (used.get(folder) ?? 0) + entries);
    }
    return used;
  };

  test('goes on in another one before its 65,536 entries are used', () => {
    const used = planned(16_000, '{chat}/a name that is as long as those of many exports {mediaId}');
    expect([...used.keys()]).toEqual(['anna', 'anna (2)', 'anna (3)']);
    expect(Math.max(...used.values())).toBeLessThanOrEqual(65_534);
    expect([...planned(9_000, 'some name in the root that is long {mediaId}').keys()]).toEqual(['', 'part 2']);
  });
});

test('cleaning twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(cleanText(cleanText(text))).toBe(cleanText(text));
    }),
  );
});

const template = fc
  .array(
    fc.array(
      fc.oneof(
        fc.constantFrom(...EXPORT_TOKENS.map((token) => `{${token}}`)),
        fc.stringMatching(/^[A-Za-z ._-]{1,30}$/),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((segments) => segments.map((parts) => `x${parts.join('')}`).join('/'));

const values: fc.Arbitrary<TemplateValues> = fc.record({
  chat: fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc.constantFrom('CON', '..', 'Anna', 'ANNA', 'gallery'),
  ),
  chatId: fc.integer({ min: 1, max: 3 }),
  account: fc.string({ unit: 'grapheme', maxLength: 60 }),
  sender: fc.string({ unit: 'binary', maxLength: 50 }),
  sentAt: fc.integer({ min: 0, max: 4e12 }),
  zone: fc.constant(UTC),
  messageId: fc.integer({ min: 1, max: 9e12 }),
  mediaId: fc.integer({ min: 1, max: 5 }),
  position: fc.integer({ min: 1, max: 50 }),
  kind: fc.constantFrom('photo', 'video'),
  ext: fc.constantFrom('jpg', 'mp4'),
  label: fc.string({ unit: 'grapheme', maxLength: 60 }),
  counter: fc.integer({ min: 1, max: 9999 }),
});

const rules: fc.Arbitrary<TargetRules> = fc.record({
  nameBytes: fc.constantFrom(255, 143),
  pathLength: fc.integer({ min: 40, max: 4000 }),
  pathUnit: fc.constantFrom('bytes', 'utf16'),
  fileBytes: fc.constant(null),
  folderSlots: fc.constant(null),
  noPercent: fc.boolean(),
});

test('whatever the template, the texts and the target: legal, short enough, different, with the ending kept', () => {
  fc.assert(
    fc.property(template, rules, fc.array(values, { maxLength: 12 }), (source, target, items) => {
      const parsed = parseTemplate(source);
      const taken = new Set<string>();
      for (const item of items) {
        const planned = planPath(parsed, item, target, (fold) => taken.has(fold));
        if (planned === null) {
          continue;
        }
        expect(taken.has(planned.fold)).toBe(false);
        taken.add(planned.fold);
        expect(foldPath(planned.path)).toBe(planned.fold);
        expect(lengthOf(planned.path, target.pathUnit)).toBeLessThanOrEqual(target.pathLength);
        expect(planned.path.endsWith(`.${item.ext}`)).toBe(true);
        for (const each of planned.path.split('/')) {
          expect(Buffer.byteLength(each)).toBeLessThanOrEqual(target.nameBytes);
          expect(each).not.toMatch(/^[. ]|[. ]$|[<>:"/\\|?*\p{Cc}\u202E]/u);
          expect(each).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu);
        }
      }
    }),
    { numRuns: 300 },
  );
});
