import { describe, expect, it } from 'vitest';
import { startSandbox } from './testing/sandbox.ts';
import { walk, type SeenMedia, type SeenPage } from './testing/seen.ts';
import { nameOf, ODD_TEXTS } from './words.ts';

type SeenMessage = SeenPage['list'][number];
const noUrl = (media: SeenMedia): boolean => media.files?.full.url === null;
const rtl = /[\u0590-\u06ff]/;

const OF_MEDIA: Readonly<Record<string, (media: SeenMedia) => boolean>> = {
  'locked with null URLs': (media) => !media.canView && noUrl(media),
  'locked without files': (media) => !media.canView && media.files === undefined,
  'locked with an empty URL and no preview': (media) =>
    !media.canView && media.files?.full.url === '' && media.files.preview === null,
  'locked with a preview': (media) => !media.canView && typeof media.files?.preview?.url === 'string',
  'not ready without files': (media) => !media.isReady && media.files === undefined,
  'not ready with an upload link': (media) => !media.isReady && (media.files?.full.url ?? '').includes('upload'),
  'in error': (media) => media.hasError,
  protected: (media) => media.files?.drm !== undefined && media.canView,
  'audio with null thumb': (media) => media.type === 'audio' && media.files?.thumb === null,
  'of an unknown kind': (media) => media.type === 'sticker' || media.type === 'story',
  'videoSources null': (media) => media.videoSources === null,
  'videoSources with null values': (media) => media.videoSources?.['720'] === null,
  'videoSources with links': (media) => typeof media.videoSources?.['720'] === 'string',
  'with release forms': (media) => media.releaseForms.length > 0,
  'with unknown fields': (media) => 'counters' in media,
  'size 0': (media) => media.files?.full.size === 0,
  'without thumb': (media) => media.type === 'photo' && media.canView && media.files?.thumb === null,
};

const OF_MESSAGES: Readonly<Record<string, (message: SeenMessage) => boolean>> = {
  'without createdAt': (message) => message.createdAt === undefined,
  'from a stub sender': ({ fromUser }) => '_view' in fromUser,
  'from a named sender': ({ fromUser }) => 'name' in fromUser,
  'a reply': (message) => message.replyToMessage !== undefined,
  'with a teaser': ({ previews }) => previews.length > 0,
  'with a teaser that is no number': ({ previews }) => previews.some((entry) => typeof entry === 'string'),
  'with a number as price': (message) => typeof message.price === 'number',
  'with a text as price': (message) => typeof message.price === 'string',
  'with a giphy and no media': (message) => typeof message.giphyId === 'string' && message.media.length === 0,
  'with another mediaCount': (message) => message.mediaCount !== message.media.length,
  'with locked text': (message) => message.lockedText === true,
  'with release forms null': (message) => message.releaseForms === null,
  'without words': ({ text }) => text === '',
  'with a script': ({ text }) => text.includes('<script>'),
  'with entities': ({ text }) => text.includes('&amp;'),
  'with marks': ({ text }) => text.includes('**bold**'),
  'with emoji': ({ text }) => text.includes('😀'),
  'right to left': ({ text }) => rtl.test(text),
  'with unknown fields': (message) => '_futureField' in message,
  'bought before': (message) => message.canPurchaseReason === 'opened',
  'not ready': (message) => message.isMediaReady === false,
};

describe.each([1, 2, 3])('a world as it comes, seed %i', (seed) => {
  it('shows every oddity, and keeps to the contract otherwise', async () => {
    const sandbox = await startSandbox({ seed });
    const pages = (await Promise.all([0, 1, 2].map(async (n) => walk(sandbox, 410_000_000 + n)))).flat();
    await sandbox.close();
    const messages = pages.flatMap(({ list }) => list);
    const media = messages.flatMap((message) => message.media);
    const missing = [
      ...Object.entries(OF_MEDIA).flatMap(([name, test]) => (media.some(test) ? [] : [`media ${name}`])),
      ...Object.entries(OF_MESSAGES).flatMap(([name, test]) => (messages.some(test) ? [] : [`message ${name}`])),
    ];
    expect(missing).toEqual([]);
    expect(new Set(media.map(({ id }) => id)).size).toBeLessThan(media.length);
    const locked = media.filter(({ canView }) => !canView).length / media.length;
    expect(locked).toBeGreaterThan(0.03);
    expect(locked).toBeLessThan(0.2);
    expect(sandbox.violations).toEqual([]);
  });
});

describe('words', () => {
  it('hold names that are long, right to left and with emoji', () => {
    const names = Array.from({ length: 16 }, (_, chat) => nameOf(chat));
    expect(names.some((name) => rtl.test(name))).toBe(true);
    expect(names.some((name) => Buffer.byteLength(name) > 255)).toBe(true);
    expect(names.some((name) => name.includes('🌅'))).toBe(true);
    expect(new Set(Array.from({ length: 500 }, (_, chat) => nameOf(chat))).size).toBe(500);
    expect(ODD_TEXTS.length).toBeGreaterThan(5);
  });
});
