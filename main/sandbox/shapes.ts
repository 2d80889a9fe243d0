/** The service's JSON, as the endpoint's contract and the API facts §2 and §3 describe it, oddities included. */
import { type Links } from './links.ts';
import { idOf, isHosted, type Hosted, type LiveMedia, type LiveMessage, type LiveWorld, type Person } from './live.ts';
import { hash, share } from './random.ts';
import { chatId, SELF_ID, sentAt, type MediaKey } from './world.ts';

export type Json = { readonly [key: string]: unknown };

export interface ShapeContext {
  readonly live: LiveWorld;
  readonly links: Links;
}

/** ISO 8601 with a numeric offset and whole seconds, the service's way (API facts §3). */
export function isoDate(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}+00:00`;
}

function link({ links }: ShapeContext, media: LiveMedia, hosted: Hosted): string | null {
  return isHosted(media, hosted) ? links.issue(media.id, hosted) : null;
}

/** A rendition's object; null where the service gives null instead of one (audio, API facts §3). */
function rendition(context: ShapeContext, media: LiveMedia, hosted: Hosted, size: number): Json | null {
  const url = link(context, media, hosted);
  return url === null ? null : { url, width: size, height: size, size: 0 };
}

function dimensions({ width, height }: LiveMedia): Json {
  return width === null ? {} : { width, height };
}

function lockedFiles(context: ShapeContext, media: LiveMedia): Json | null {
  switch (media.lockStyle) {
    case 'noFiles':
      return null;
    case 'nullUrls':
      return {
        full: { url: null, ...dimensions(media), size: 0, sources: [] },
        thumb: { url: null, width: 300, height: 300, size: 0 },
        preview: { url: null, width: 760, height: 760, size: 0, options: [] },
        squarePreview: { url: null, width: 480, height: 480, size: 0 },
      };
    case 'emptyUrl':
      return { full: { url: '', ...dimensions(media), size: 0, sources: [] }, thumb: null, preview: null };
    default:
      return {
        full: { url: '', ...dimensions(media), size: 0, sources: [] },
        thumb: rendition(context, media, 'thumb', 300),
        preview: { ...rendition(context, media, 'preview', 480), options: [] },
      };
  }
}

function drm(id: number): Json {
  const manifest = (kind: string): string => `https://cdn.invalid/drm/${kind}/${id}/manifest`;
  return { manifest: { hls: manifest('hls'), dash: manifest('dash') }, signature: { hls: {}, dash: {} } };
}

function viewableFiles(context: ShapeContext, media: LiveMedia): Json {
  const seed = context.live.world.seed;
  const url = link(context, media, 'full');
  const withSources = media.kind === 'video' && share(seed, media.id, 50) < 0.5;
  const sources = withSources ? [{ url, ...dimensions(media), type: 'video/mp4' }] : [];
  const preview = rendition(context, media, 'preview', 760);
  const options = share(seed, media.id, 51) < 0.3 ? {} : { options: [] };
  const square = share(seed, media.id, 52) < 0.5 ? { squarePreview: rendition(context, media, 'square', 480) } : {};
  return {
    full: { url, ...dimensions(media), size: 0, sources },
    thumb: rendition(context, media, 'thumb', 300),
    preview: preview === null ? null : { ...preview, ...options },
    ...square,
  };
}

function filesOf(context: ShapeContext, media: LiveMedia): Json | null {
  switch (media.state) {
    case 'viewable':
      return viewableFiles(context, media);
    case 'protected':
      return { full: { url: null, ...dimensions(media), size: 0, sources: [] }, drm: drm(media.id) };
    case 'notReady':
      return share(context.live.world.seed, media.id, 53) < 0.5
        ? null
        : { full: { url: context.links.upload(media.id), size: 0, sources: [] } };
    default:
      return lockedFiles(context, media);
  }
}

function videoSources(context: ShapeContext, media: LiveMedia): Json {
  const roll = share(context.live.world.seed, media.id, 54);
  if (roll < 0.1) {
    return { videoSources: null };
  }
  return roll < 0.2 ? {} : { videoSources: { 240: link(context, media, '240'), 720: link(context, media, '720') } };
}

const RELEASE_FORM = {
  id: 77_120_341,
  name: 'A. Guest',
  partnerSource: 'guest',
  type: 'guest',
  user: {
    view: 's',
    id: 409_000_111,
    name: 'A. Guest',
    username: 'guest',
    isVerified: true,
    avatar: '',
    avatarThumbs: { c50: '', c144: '' },
    ivStatus: 'approved',
    isFromGuest: true,
  },
};

/** One entry of `media[]`. */
function mediaJson(context: ShapeContext, key: MediaKey): Json {
  const { live } = context;
  const media = live.media(key);
  const seed = live.world.seed;
  const files = filesOf(context, media);
  const roll = share(seed, media.id, 55);
  return {
    id: media.id,
    type: media.word,
    convertedToVideo: media.word === 'gif',
    canView: media.state !== 'locked' && media.state !== 'preview',
    hasError: media.hasError,
    createdAt: isoDate(sentAt(live.world, key)),
    isReady: media.state !== 'notReady' || media.hasError,
    releaseForms: roll < 0.03 ? [RELEASE_FORM] : [],
    duration: media.duration,
    hasCustomPreview: roll > 0.9,
    ...videoSources(context, media),
    ...(files === null ? {} : { files }),
    ...(roll > 0.95 ? { counters: { likesCount: 3, tipsSumm: 0 }, lists: [] } : {}),
  };
}

/** The words of the `type` filter and what they let through; gifs and unknown kinds have none (API facts §4). */
export const TYPE_FILTERS: Readonly<Record<string, string>> = { photos: 'photo', videos: 'video', audios: 'audio' };

function senderJson(live: LiveWorld, message: LiveMessage): Json {
  const id = message.fromMe ? SELF_ID : chatId(message.chat);
  const named = share(live.world.seed, message.id, 56) < 0.45;
  return named ? { id, name: live.person(id)?.name ?? '' } : { id, _view: message.fromMe ? 't' : 's' };
}

/** The flag `isOpened`: of a paid message, that it was bought or all in it was unlocked since; nearly always set on others. */
export function isOpened(live: LiveWorld, message: LiveMessage): boolean {
  switch (message.payment) {
    case 'locked':
      return message.media.every((key) => live.media(key).base !== 'locked' || live.media(key).state === 'viewable');
    case 'bought':
      return true;
    default:
      return message.fromMe || share(live.world.seed, message.id, 57) < 0.95;
  }
}

function paymentJson(live: LiveWorld, message: LiveMessage): Json {
  const seed = live.world.seed;
  const opened = isOpened(live, message);
  if (message.payment === 'free') {
    return { isFree: true, isOpened: opened, canPurchase: false };
  }
  const cents = 500 + (hash(seed, message.id, 58) % 40) * 125;
  const form = hash(seed, message.id, 59) % 3;
  const price = form === 0 ? { price: cents / 100 } : form === 1 ? { price: (cents / 100).toFixed(2) } : {};
  return {
    isFree: false,
    isOpened: opened,
    canPurchase: !opened,
    canPurchaseReason: opened ? 'opened' : '',
    lockedText: !opened && form === 0,
    ...price,
  };
}

function previewsOf(live: LiveWorld, message: LiveMessage): unknown[] {
  const ids: unknown[] = message.media.slice(0, message.teasers).map((key) => idOf(live, key));
  return ids.length > 0 && share(live.world.seed, message.id, 60) < 0.3 ? [...ids, 'preview_1'] : ids;
}

/** Flags that some messages have and others lack. */
function extras(live: LiveWorld, message: LiveMessage): Json {
  const seed = live.world.seed;
  const roll = (tag: number): number => share(seed, message.id, tag);
  const queued = message.fromMe && roll(61) < 0.3;
  return {
    ...(roll(62) < 0.03 ? {} : { createdAt: isoDate(message.at) }),
    ...(message.changedAt === null
      ? roll(63) < 0.5
        ? { changedAt: isoDate(message.at) }
        : {}
      : { changedAt: isoDate(message.changedAt) }),
    ...(roll(64) < 0.5 ? { releaseForms: roll(64) < 0.25 ? null : [] } : {}),
    ...(queued
      ? {
          isFromQueue: true,
          queueId: 31_000_000_000 + (message.id % 1_000_000),
          canUnsendQueue: false,
          unsendSecondsQueue: 0,
        }
      : { isFromQueue: false }),
    ...(roll(65) < 0.1
      ? { isMarkdownDisabled: true, responseType: 'message', _futureField: { nested: [1, 'two'] } }
      : { responseType: 'message' }),
    giphyId: message.form === 'giphy' ? `giphy${hash(seed, message.id, 66).toString(36)}` : null,
    isTip: roll(67) < 0.02,
    isLiked: roll(68) < 0.2,
    isPinned: roll(69) < 0.02,
  };
}

function replyJson(context: ShapeContext, message: LiveMessage): Json {
  const { live } = context;
  if (live.world.fixedFileBytes !== null || share(live.world.seed, message.id, 70) >= 0.08) {
    return {};
  }
  const back = 1 + (hash(live.world.seed, message.id, 71) % 6);
  const target = live.message({ chat: message.chat, index: message.index - back });
  return target === null ? {} : { replyToMessage: messageCore(context, target, target.media.slice(0, 1)) };
}

function messageCore(context: ShapeContext, message: LiveMessage, media: readonly MediaKey[]): Json {
  return {
    id: message.id,
    text: message.text,
    fromUser: senderJson(context.live, message),
    media: media.map((key) => mediaJson(context, key)),
    previews: previewsOf(context.live, message),
  };
}

/** One item of a listing. With `only` (a media word) the other media of the message are left out. */
export function messageJson(context: ShapeContext, message: LiveMessage, only: string | null): Json {
  const { live } = context;
  const shown = only === null ? message.media : message.media.filter((key) => live.media(key).word === only);
  const miscounted = share(live.world.seed, message.id, 72) < 0.04 ? 1 : 0;
  return {
    ...messageCore(context, message, shown),
    isMediaReady: message.media.every(
      (key) => live.media(key).base !== 'notReady' || live.media(key).state === 'viewable',
    ),
    mediaCount: message.media.length + miscounted,
    isReportedByMe: false,
    isCouplePeopleMedia: false,
    isNew: message.index >= live.world.messages,
    cancelSeconds: 0,
    canReport: !message.fromMe,
    canBePinned: true,
    ...paymentJson(live, message),
    ...extras(live, message),
    ...replyJson(context, message),
  };
}

/** A user object (API facts §2.2); one in four has no avatar. */
export function userJson({ live, links }: ShapeContext, person: Person): Json {
  const avatar = hash(live.world.seed, person.id, 73) % 4 === 0 ? null : links.issue(person.id, 'avatar');
  return {
    id: person.id,
    username: person.username,
    name: person.name,
    isVerified: true,
    avatar,
    avatarThumbs: avatar === null ? null : { c50: avatar, c144: avatar },
    lists: [],
    displayName: '',
    header: null,
    about: '<p>Pictures, mostly.</p>',
    lastSeen: null,
    joinDate: '2019-04-02T00:00:00+00:00',
  };
}
