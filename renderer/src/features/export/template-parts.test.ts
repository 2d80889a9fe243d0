import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXPORT_LAYOUTS, EXPORT_TOKENS } from '../../../../main/contract/export-shapes.ts';
import { insertAt, piecesOf, tokenText } from './template-parts.ts';

describe('pieces of a template', () => {
  test('tokens are told from text and from what is no token', () => {
    expect(piecesOf('{chat}/{date:yyyy-MM-dd} x {nope|pad:2}')).toEqual([
      { text: '{chat}', is: 'token' },
      { text: '/', is: 'text' },
      { text: '{date:yyyy-MM-dd}', is: 'token' },
      { text: ' x ', is: 'text' },
      { text: '{nope|pad:2}', is: 'unknown' },
    ]);
  });

  test('doubled braces are text, a lone one is unknown', () => {
    expect(piecesOf('a{{b}}')).toEqual([{ text: 'a{{b}}', is: 'text' }]);
    expect(piecesOf('{cha')).toEqual([{ text: '{cha', is: 'unknown' }]);
    expect(piecesOf('x}')).toEqual([
      { text: 'x', is: 'text' },
      { text: '}', is: 'unknown' },
    ]);
  });

  test('every layout and every offered token is known', () => {
    const all = [...Object.values(EXPORT_LAYOUTS), ...EXPORT_TOKENS.map(tokenText)];
    expect(all.flatMap(piecesOf).filter((piece) => piece.is === 'unknown')).toEqual([]);
  });

  test('joined they are the template, whatever was typed', () => {
    const typed = fc.array(
      fc.constantFrom('{', '}', '{{', '/', 'chat', '{chat}', '|pad:2', ':', 'é', '🜂', '\u202e', ' '),
    );
    fc.assert(
      fc.property(typed, (parts) => {
        const template = parts.join('');
        expect(
          piecesOf(template)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(template);
      }),
    );
  });
});

describe('putting a token in', () => {
  test('goes where the caret is, in the place of what is marked', () => {
    expect(insertAt('ab', 1, 1, '{chat}')).toEqual({ text: 'a{chat}b', caret: 7 });
    expect(insertAt('abc', 1, 2, '{kind}')).toEqual({ text: 'a{kind}c', caret: 7 });
  });

  test('never cuts a token in two', () => {
    expect(insertAt('{chat}x', 3, 3, '{kind}')).toEqual({ text: '{chat}{kind}x', caret: 12 });
    expect(insertAt('a{chat}b', 0, 3, '{kind}')).toEqual({ text: '{kind}b', caret: 6 });
  });
});
