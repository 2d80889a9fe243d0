import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUrlExpiry } from './url-expiry.ts';

const at = Date.parse('2026-06-01T12:00:00Z');
const read = (query: string): number | null => readUrlExpiry(new URL(`https://media.example/x?${query}`));

const policy = (json: unknown): string =>
  Buffer.from(JSON.stringify(json)).toString('base64').replaceAll('+', '-').replaceAll('=', '_').replaceAll('/', '~');

describe('the end of a link', () => {
  it.each([
    [`Expires=${at / 1000}`],
    [`expires=${at}`],
    [`a=b&exp=${at / 1000}`],
    ['X-Amz-Date=20260601T110000Z&X-Amz-Expires=3600'],
    [
      `Policy=${policy({ Statement: [{ Condition: { DateLessThan: { 'AWS:EpochTime': at / 1000 }, IpAddress: {} } }] })}`,
    ],
  ])('is read from %s', (query) => {
    expect(read(query)).toBe(at);
  });

  it('is the earliest that the link says', () => {
    expect(read(`Expires=${at / 1000 + 50}&exp=${at / 1000}`)).toBe(at);
  });

  it.each([
    '',
    'a=b',
    'Expires=never',
    'Expires=3600',
    'Expires=1',
    'X-Amz-Expires=60',
    'Policy=%%%',
    'Policy=bm90IGpzb24',
    'Expires=99999999999999',
  ])('is unknown with %j', (query) => {
    expect(read(query)).toBeNull();
  });

  it('is read exactly from any whole second, in seconds or milliseconds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }),
        fc.constantFrom('Expires', 'expires', 'exp', 'EXP'),
        fc.boolean(),
        (seconds, name, inMs) => {
          expect(read(`${name}=${inMs ? seconds * 1000 : seconds}`)).toBe(seconds * 1000);
        },
      ),
    );
  });

  it('is null or a sane time for any query at all', () => {
    fc.assert(
      fc.property(fc.webQueryParameters(), fc.string(), (query, text) => {
        for (const link of [query, `Policy=${encodeURIComponent(text)}`, `Expires=${encodeURIComponent(text)}`]) {
          const end = read(link);
          expect(end === null || (end > 978_000_000_000 && end <= 4_102_444_800_000)).toBe(true);
        }
      }),
    );
  });
});
