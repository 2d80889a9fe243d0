import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_TEXT, toPlainText } from './read-text.ts';

describe('message text', () => {
  it.each([
    ['', ''],
    ['plain', 'plain'],
    ['line one\nline two', 'line one\nline two'],
    ['a &amp; b\nc', 'a & b\nc'],
    ['<p>Hello</p>', 'Hello'],
    ['<p>one</p><p>two</p>', 'one\ntwo'],
    ['<p>one<br />two</p>', 'one\ntwo'],
    ['<p>5 &lt; 6 &amp; &#x1F600;</p>', '5 < 6 & 😀'],
    ['I <3 you', 'I <3 you'],
    ['<script>alert(1)</script><style>b{}</style>ok', 'ok'],
    ['<img src=x onerror=alert(1)>ok', 'ok'],
    ['<h1>Loud</h1>', 'Loud'],
    ['<ul><li>a</li><li>b</li></ul>', '- a\n- b'],
    ['<p>\u05d0\u05d1 \u{1F468}\u200D\u{1F469}</p>', '\u05d0\u05d1 \u{1F468}\u200D\u{1F469}'],
    ['&lt;b&gt;not bold&lt;/b&gt;', '<b>not bold</b>'],
  ])('%j reads %j', (html, text) => {
    expect(toPlainText(html)).toBe(text);
  });

  it('keeps the words of a link, and its address when that says more', () => {
    expect(toPlainText('see <a href="https://a.example/x">this</a>')).toBe('see this (https://a.example/x)');
    expect(toPlainText('<a href="https://a.example/">https://a.example</a>')).toBe('https://a.example');
    expect(toPlainText('<a href="https://a.example/">a.example</a>')).toBe('a.example');
    expect(toPlainText('<a href="javascript:alert(1)">click</a>')).toBe('click');
    expect(toPlainText('<a href="/user">@user</a>')).toBe('@user');
  });

  it('of anything that is not text is empty', () => {
    for (const value of [null, undefined, 5, {}, []]) {
      expect(toPlainText(value)).toBe('');
    }
  });

  it('never fails and is always well-formed, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc
            .array(fc.constantFrom('<', '>', '&', '<p>', '</p>', '<a href="', '"', '<b', '<!--', '&#', 'x', '\ud800'))
            .map((parts) => parts.join('')),
        ),
        (html) => {
          const text = toPlainText(html);
          expect(text.isWellFormed()).toBe(true);
          expect(text).not.toContain('\0');
        },
      ),
    );
  });

  it('is bounded, and says so', () => {
    const text = toPlainText('word '.repeat(300_000));
    expect(text.length).toBeLessThan(LONGEST_TEXT + 10);
    expect(text.endsWith(' […]')).toBe(true);
  });
});
