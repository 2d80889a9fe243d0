import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../lib/app-error.ts';
import { checkKey, readKey } from './key-input.ts';
import { withoutValues } from '../main.ts';

describe('a key from stdin', () => {
  it('loses its line end and nothing else', async () => {
    const io = { stdin: Readable.from(['sk_live_', 'abc\r\n']), word: () => undefined };
    expect(await readKey(io, new AbortController().signal)).toBe('sk_live_abc');
  });

  it.each(['', '\n', 'two words', 'two\nlines', 'x'.repeat(5000), 'k\u0000y'])(
    'is refused without being repeated: %#',
    (text) => {
      const refused = ((): unknown => {
        try {
          return checkKey(text);
        } catch (error) {
          return error;
        }
      })();
      expect(refused).toBeInstanceOf(AppError);
      expect(refused).toMatchObject({ code: 'usage' });
      const secret = text.trim();
      expect(secret !== '' && refused instanceof AppError && refused.message.includes(secret)).toBe(false);
    },
  );

  it('is not waited for after a cancel', async () => {
    const cancel = new AbortController();
    const reading = readKey({ stdin: new PassThrough(), word: () => undefined }, cancel.signal);
    cancel.abort();
    await expect(reading).rejects.toThrow('cancelled');
  });
});

describe('refusals of arguments', () => {
  it('do not repeat values that may be keys', () => {
    expect(withoutValues("unknown option '--api-key=sk_live_x'")).toBe("unknown option '--api-key'");
    expect(withoutValues("too many arguments for 'add'. Expected 0 arguments but got 1: sk_live_x.")).toBe(
      "too many arguments for 'add'. Expected 0 arguments but got 1",
    );
  });
});
