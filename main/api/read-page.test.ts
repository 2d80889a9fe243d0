import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListedMedia, ListedMessage } from '../lib/model.ts';
import { type ApiError } from './errors.ts';
import { readPage } from './read-page.ts';

const URLS = {
  full: 'https://media.example/f',
  thumb: 'https://media.example/t',
  preview: 'https://media.example/p',
  square: 'https://media.example/s',
};

const media = (parts: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  id: 3_000_000_001,
  type: 'photo',
  canView: true,
  hasError: false,
  isReady: true,
  createdAt: '2026-01-15T10:30:14+00:00',
  files: { full: { url: URLS.full, width: 1000, height: 800, size: 0, sources: [] } },
  ...parts,
});

const message = (parts: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  id: 9_400_000_000_001,
  text: '<p>Hi</p>',
  fromUser: { id: 410_000_000, name: 'Ann' },
  media: [],
  previews: [],
  ...parts,
});

const read = (list: readonly unknown[]) => readPage({ list, hasMore: false }, 'test');

function readOne(parts: Readonly<Record<string, unknown>>): ListedMessage {
  const [first] = read([message(parts)]).messages;
  if (first === undefined) {
    throw new Error('the message was not read');
  }
  return first;
}

function readMedia(
  parts: Readonly<Record<string, unknown>>,
  around: Readonly<Record<string, unknown>> = {},
): ListedMedia {
  const [first] = readOne({ ...around, media: [media(parts)] }).media;
  if (first === undefined) {
    throw new Error('the media item was not read');
  }
  return first;
}

describe('the envelope', () => {
  it('gives the cursor as text, also when it came as a number, and none when empty', () => {
    expect(readPage({ list: [], hasMore: true, nextLastId: '17' }, 'test').nextCursor).toBe('17');
    expect(readPage({ list: [], hasMore: true, nextLastId: 17 }, 'test').nextCursor).toBe('17');
    expect(readPage({ list: [], hasMore: true, nextLastId: '' }, 'test').nextCursor).toBeNull();
    expect(readPage({ list: [], hasMore: true, nextLastId: null }, 'test').nextCursor).toBeNull();
  });

  it('that is not one is an error worth a retry, never an empty page', () => {
    for (const value of [
      null,
      [],
      'x',
      {},
      { list: [] },
      { list: {}, hasMore: true },
      { list: [], hasMore: 'yes' },
      { error: 'x', type: 'Y' },
    ]) {
      expect(() => readPage(value, 'test')).toThrowError(
        expect.objectContaining({ code: 'bad_response', retryable: true }) as ApiError,
      );
    }
  });
});

describe('a message', () => {
  it('is read with its flags, dates, sender and raw JSON', () => {
    const item = message({
      createdAt: '2026-01-15T10:30:14+00:00',
      changedAt: '2026-01-15T10:31:14Z',
      price: '19.99',
      isTip: true,
      canPurchaseReason: '',
      giphyId: null,
      mediaCount: 2,
      _future: { deep: [1] },
      replyToMessage: {
        id: '9400000000000',
        text: '<p>Before</p>',
        fromUser: { id: 5, _view: 's' },
        media: [],
        previews: [],
      },
    });
    const [got] = read([item]).messages;
    expect(got).toMatchObject({
      id: 9_400_000_000_001,
      senderId: 410_000_000,
      senderName: 'Ann',
      text: 'Hi',
      html: '<p>Hi</p>',
      createdAt: Date.parse('2026-01-15T10:30:14Z'),
      changedAt: Date.parse('2026-01-15T10:31:14Z'),
      replyTo: { id: 9_400_000_000_000, senderId: 5, text: 'Before' },
    });
    expect(got?.flags).toMatchObject({
      isTip: true,
      price: 19.99,
      canPurchaseReason: '',
      isFree: null,
      mediaCount: 2,
      giphyId: null,
    });
    expect(JSON.parse(got?.raw ?? '')).toEqual(item);
  });

  it('needs nothing but an id', () => {
    const [got] = read([{ id: '7' }]).messages;
    expect(got).toMatchObject({
      id: 7,
      senderId: null,
      senderName: null,
      text: '',
      html: '',
      createdAt: null,
      replyTo: null,
      media: [],
    });
  });

  it('from a sender that is a stub, odd or null keeps what is usable', () => {
    expect(readOne({ fromUser: { id: '410000000', _view: 's' } })).toMatchObject({
      senderId: 410_000_000,
      senderName: null,
    });
    expect(readOne({ fromUser: { id: null, name: 'X' } })).toMatchObject({ senderId: null, senderName: 'X' });
    expect(readOne({ fromUser: 'x' })).toMatchObject({ senderId: null, senderName: null });
  });
});

describe('bad items', () => {
  it('are kept raw and reported with their place while the rest of the page is read', () => {
    const page = read([null, 'text', { text: 'no id' }, message(), { id: 2 ** 60 }]);
    expect(page.messages.map((item) => item.id)).toEqual([9_400_000_000_001]);
    expect(page.bad.map((item) => [item.index, item.messageId, item.reason, item.raw])).toEqual([
      [0, null, 'the item is not an object', 'null'],
      [1, null, 'the item is not an object', '"text"'],
      [2, null, 'the item has no usable id', '{"text":"no id"}'],
      [4, null, 'the item has no usable id', `{"id":${2 ** 60}}`],
    ]);
  });

  it('inside a message are reported with its id while the message survives', () => {
    const page = read([
      message({ media: [media({}), { type: 'photo' }, null], text: 5 }),
      message({ id: 8, media: 'oops' }),
    ]);
    expect(page.messages.map((item) => item.media.length)).toEqual([1, 0]);
    expect(page.bad.map((item) => [item.index, item.messageId, item.reason])).toEqual([
      [0, 9_400_000_000_001, 'the text is not text'],
      [0, 9_400_000_000_001, 'a media item has no usable id'],
      [0, 9_400_000_000_001, 'a media item has no usable id'],
      [1, 8, 'the media are not a list'],
    ]);
  });

  it('never stop a page, whatever the service sends', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.jsonValue(),
            fc.record({
              id: fc.nat(),
              media: fc.jsonValue(),
              fromUser: fc.jsonValue(),
              previews: fc.jsonValue(),
              text: fc.jsonValue(),
              replyToMessage: fc.jsonValue(),
            }),
          ),
        ),
        (list) => {
          const page = read(list);
          const whole = page.bad.filter((item) => item.messageId === null).length;
          expect(page.messages.length + whole).toBe(list.length);
          for (const item of page.messages) {
            expect(typeof item.raw).toBe('string');
          }
        },
      ),
    );
  });

  it('never stop a message, whatever its media are', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record(
            {
              id: fc.nat(),
              files: fc.jsonValue(),
              type: fc.jsonValue(),
              duration: fc.jsonValue(),
              canView: fc.jsonValue(),
            },
            { requiredKeys: [] },
          ),
        ),
        (items) => {
          const page = read([message({ media: items })]);
          expect(page.messages).toHaveLength(1);
          const ids = new Set(items.map((item) => item.id).filter((id) => id !== undefined && id > 0));
          expect(page.messages[0]?.media).toHaveLength(ids.size);
        },
      ),
    );
  });
});

describe('the state of a media item', () => {
  const locked = { canView: false };
  const nulls = {
    full: { url: null, width: 9, height: 9, sources: [] },
    thumb: { url: null },
    preview: { url: null, options: [] },
    squarePreview: null,
  };
  it.each<[string, Record<string, unknown>, Record<string, unknown>, string, string[]]>([
    ['viewable with its URL', {}, {}, 'viewable', ['full']],
    ['viewable where canView is not said', { canView: undefined }, {}, 'viewable', ['full']],
    [
      'viewable with the URL in a source alone',
      { files: { full: { url: '', sources: [{ url: URLS.full }] } } },
      {},
      'viewable',
      ['full'],
    ],
    [
      'viewable with a thumb; its preview is not needed',
      { files: { full: { url: URLS.full }, thumb: { url: URLS.thumb }, preview: { url: URLS.preview } } },
      {},
      'viewable',
      ['full', 'thumb'],
    ],
    ['viewable though its neighbours are not ready', {}, { isMediaReady: false }, 'viewable', ['full']],
    ['locked without files', { ...locked, files: undefined }, {}, 'locked', []],
    ['locked with null URLs', { ...locked, files: nulls }, {}, 'locked', []],
    [
      'locked with an empty URL',
      { ...locked, files: { full: { url: '', sources: [] }, thumb: null, preview: null } },
      {},
      'locked',
      [],
    ],
    ['locked although it has a full URL', locked, {}, 'locked', []],
    [
      'a preview where one is offered',
      { ...locked, files: { full: { url: '' }, preview: { url: URLS.preview }, thumb: { url: URLS.thumb } } },
      {},
      'preview',
      ['preview', 'thumb'],
    ],
    [
      'a preview from an option',
      { ...locked, files: { preview: { url: '', options: [{ url: URLS.preview }] } } },
      {},
      'preview',
      ['preview'],
    ],
    [
      'a preview from the square one',
      { ...locked, files: { squarePreview: { url: URLS.square } } },
      {},
      'preview',
      ['preview'],
    ],
    ['a preview from a thumb alone', { ...locked, files: { thumb: { url: URLS.thumb } } }, {}, 'preview', ['thumb']],
    ['not ready by its own word', { isReady: false }, {}, 'notReady', []],
    ['not ready with an error', { hasError: true }, {}, 'notReady', []],
    ['not ready as its message is not', { isReady: undefined }, { isMediaReady: false }, 'notReady', []],
    [
      'not ready with an upload address',
      { files: { full: { url: 'https://media.example/upload/1' } } },
      {},
      'notReady',
      [],
    ],
    [
      'viewable with the word in its signature alone',
      { files: { full: { url: 'https://media.example/1?s=upload' } } },
      {},
      'viewable',
      ['full'],
    ],
    [
      'protected with a drm block',
      { type: 'video', files: { full: { url: null }, drm: { manifest: {} } } },
      {},
      'protected',
      [],
    ],
    ['protected where a viewable video has no URL', { type: 'video', files: undefined }, {}, 'protected', []],
    ['locked where a locked video has a drm block', { ...locked, type: 'video', files: { drm: {} } }, {}, 'locked', []],
    [
      'viewable with a drm block and a plain URL',
      { type: 'video', files: { full: { url: URLS.full }, drm: {} } },
      {},
      'viewable',
      ['full'],
    ],
    ['not ready where a viewable photo has no URL', { files: undefined }, {}, 'notReady', []],
  ])('is %s', (_what, parts, around, state, variants) => {
    const got = readMedia(parts, around);
    expect(got.state).toBe(state);
    expect(got.files.map((file) => file.variant)).toEqual(variants);
  });

  it('offers no address that may not be fetched', () => {
    for (const url of [
      'ftp://a/b',
      'http://media.example/x',
      'javascript:alert(1)',
      'file:///etc/passwd',
      '/relative',
      'https://user:pass@media.example/x',
      'https://',
    ]) {
      expect(readMedia({ files: { full: { url } } }).files).toEqual([]);
    }
    expect(readMedia({ files: { full: { url: 'http://127.0.0.1:5/x' } } }).files).toHaveLength(1);
  });
});

describe('a media item', () => {
  it('is read with kind, size, duration in ms and the end of its link', () => {
    const url = `${URLS.full}?Expires=1790000000`;
    expect(
      readMedia({
        type: 'video',
        duration: 12.5,
        files: { full: { url, width: 640, height: 360, size: 0, sources: [] } },
      }),
    ).toEqual({
      id: 3_000_000_001,
      kind: 'video',
      kindRaw: 'video',
      state: 'viewable',
      durationMs: 12_500,
      width: 640,
      height: 360,
      createdAt: Date.parse('2026-01-15T10:30:14Z'),
      teaser: false,
      files: [{ variant: 'full', url, expiresAt: 1_790_000_000_000 }],
    });
  });

  it('of an unknown kind is other and keeps its word', () => {
    expect(readMedia({ type: 'hologram' })).toMatchObject({ kind: 'other', kindRaw: 'hologram' });
    expect(readMedia({ type: null })).toMatchObject({ kind: 'other', kindRaw: '' });
  });

  it('is a teaser when the message says so, among entries that are no ids', () => {
    expect(readMedia({}, { previews: ['preview_1', null, 3_000_000_001] }).teaser).toBe(true);
    expect(readMedia({}, { previews: ['3000000001'] }).teaser).toBe(true);
    expect(readMedia({}, { previews: null }).teaser).toBe(false);
  });

  it('that comes twice in a message is kept once', () => {
    expect(readOne({ media: [media({}), media({ type: 'video' })] }).media.map((item) => item.kind)).toEqual(['photo']);
  });

  it('of no duration or size has none', () => {
    expect(readMedia({ duration: 0, files: { full: { url: URLS.full, width: 0, height: 0 } } })).toMatchObject({
      durationMs: null,
      width: null,
      height: null,
    });
  });
});
