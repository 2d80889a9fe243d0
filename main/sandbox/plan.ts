/**
 * The contents of messages and media items before any change: pure functions of (seed, chat, index).
 * Shares of the oddities are chosen so that a world of a few hundred messages shows all of them (API facts §3).
 */
import { type MediaKind } from '../contract/model.ts';
import { plateOf, PLATES, type Plate } from './plates.ts';
import { generator, hash, pick, share, weighted } from './random.ts';
import { SAMPLES, type SampleName } from './sample-list.ts';
import { MAX_ALBUM, mediaId, sentAt, type MediaKey, type MessageKey, type World } from './world.ts';

type MessageForm = 'text' | 'giphy' | 'media';
type Payment = 'free' | 'bought' | 'locked';

export interface MessagePlan extends MessageKey {
  readonly at: number;
  readonly fromMe: boolean;
  readonly form: MessageForm;
  readonly payment: Payment;
  /** The media in order; some were first carried by another message. */
  readonly media: readonly MediaKey[];
  /** How many of the first media are free teasers of a paid message. */
  readonly teasers: number;
  readonly notReady: boolean;
}

/** How a locked item shows itself: the API facts do not know which is real, so all four occur. */
type LockStyle = 'nullUrls' | 'noFiles' | 'emptyUrl' | 'previewOnly';

/** `plain` before changes means viewable. */
type BaseState = 'plain' | 'locked' | 'notReady' | 'error' | 'protected';

export interface MediaPlan {
  readonly key: MediaKey;
  readonly id: number;
  /** The service's word; two of them are unknown to the contract. */
  readonly word: string;
  readonly kind: MediaKind;
  readonly base: BaseState;
  readonly lockStyle: LockStyle;
  /** The source of the bytes: a picture drawn from a plate, or a sample clip. */
  readonly source: { readonly plate: Plate } | { readonly sample: SampleName };
  readonly width: number | null;
  readonly height: number | null;
  /** Seconds, as the service states them. */
  readonly duration: number;
  readonly hasThumb: boolean;
  readonly hasPreview: boolean;
  readonly large: boolean;
}

const VIDEOS = SAMPLES.video;
const GIFS = SAMPLES.gif;
const AUDIOS = SAMPLES.audio;

const ALBUM: readonly [readonly [number, number], ...(readonly [number, number])[]] = [
  [52, 1],
  [16, 2],
  [11, 3],
  [8, 4],
  [5, 5],
  [4, 6],
  [2, 7],
  [2, MAX_ALBUM],
];

interface Head {
  readonly fromMe: boolean;
  readonly form: MessageForm;
  readonly payment: Payment;
  readonly notReady: boolean;
  readonly size: number;
  readonly teasers: number;
}

function headOf(world: World, { chat, index }: MessageKey): Head {
  if (world.fixedFileBytes !== null) {
    return { fromMe: false, form: 'media', payment: 'free', notReady: false, size: 1, teasers: 0 };
  }
  const draw = generator(hash(world.seed, chat, index, 10));
  const added = index >= world.messages;
  const sent: MessageForm = weighted(
    [
      [24, 'text'],
      [2, 'giphy'],
      [74, 'media'],
    ],
    draw(),
  );
  const form = added ? 'media' : sent;
  const fromMe = draw() < 0.22;
  const payment: Payment =
    added || fromMe || form !== 'media'
      ? 'free'
      : weighted(
          [
            [82, 'free'],
            [8, 'bought'],
            [10, 'locked'],
          ],
          draw(),
        );
  const notReady = !added && form === 'media' && payment === 'free' && draw() < 0.03;
  const size = form !== 'media' ? 0 : notReady ? 1 : weighted(ALBUM, draw());
  const teasers = payment === 'free' || size < 2 ? 0 : draw() < 0.6 ? 1 : 0;
  return { fromMe, form, payment, notReady, size, teasers };
}

/** True when this slot shows an item that an older message carried first. */
function wantsReuse(world: World, { chat, index, position }: MediaKey): boolean {
  return world.fixedFileBytes === null && share(world.seed, chat, index, position, 11) < 0.04;
}

/** The item a slot shows: its own, or for a few an older one of any chat (mass messages, vault reuse). */
function resolve(world: World, slot: MediaKey, head: Head): MediaKey {
  if (head.payment !== 'free' || head.notReady || slot.index === 0 || !wantsReuse(world, slot)) {
    return slot;
  }
  const draw = generator(hash(world.seed, slot.chat, slot.index, slot.position, 12));
  for (let attempt = 0; attempt < 4; attempt++) {
    const chat = Math.floor(draw() * world.chats);
    const index = Math.floor(draw() * Math.min(slot.index, world.messages));
    const target = { chat, index, position: 0 };
    const other = headOf(world, target);
    if (other.form === 'media' && !other.notReady && (other.payment !== 'free' || !wantsReuse(world, target))) {
      return target;
    }
  }
  return slot;
}

/** Message `index` of a chat as it was sent. */
export function planMessage(world: World, key: MessageKey): MessagePlan {
  const head = headOf(world, key);
  const media: MediaKey[] = [];
  for (let position = 0; position < head.size; position++) {
    const item = resolve(world, { chat: key.chat, index: key.index, position }, head);
    if (!media.some((m) => m.chat === item.chat && m.index === item.index && m.position === item.position)) {
      media.push(item);
    }
  }
  return {
    chat: key.chat,
    index: key.index,
    at: sentAt(world, key),
    fromMe: head.fromMe,
    form: head.form,
    payment: head.payment,
    media,
    teasers: head.teasers,
    notReady: head.notReady,
  };
}

/** True when the slot holds an item of its own (not one of an older message). */
export function ownsMedia(world: World, key: MediaKey): boolean {
  const head = headOf(world, key);
  if (key.position >= head.size) {
    return false;
  }
  const item = resolve(world, key, head);
  return item.chat === key.chat && item.index === key.index && item.position === key.position;
}

function baseOf(head: Head, position: number, word: string, draw: () => number): BaseState {
  const roll = draw();
  if (head.notReady) {
    return 'notReady';
  }
  if (head.payment === 'locked' && position >= head.teasers) {
    return 'locked';
  }
  if (roll < 0.008) {
    return 'error';
  }
  return (word === 'video' || word === 'audio') && roll < 0.05 ? 'protected' : 'plain';
}

function fixedMedia(world: World, key: MediaKey): MediaPlan {
  const large = world.largeFileBytes !== null && key.chat === 0 && key.index === world.messages - 1;
  const sample = VIDEOS[0];
  const plate = plateOf(hash(world.seed, key.chat, key.index) % PLATES);
  return {
    key,
    id: mediaId(world, key),
    word: large ? 'video' : 'photo',
    kind: large ? 'video' : 'photo',
    base: 'plain',
    lockStyle: 'noFiles',
    source: large ? { sample: sample.name } : { plate: { ...plate, format: 'jpeg' } },
    width: large ? sample.width : 320,
    height: large ? sample.height : 320,
    duration: large ? sample.seconds : 0,
    hasThumb: false,
    hasPreview: false,
    large,
  };
}

const KINDS: Readonly<Record<string, MediaKind>> = { photo: 'photo', video: 'video', gif: 'gif', audio: 'audio' };

/** The media item of a slot before any change. The slot must own its item (`ownsMedia`). */
export function planMedia(world: World, key: MediaKey): MediaPlan {
  if (world.fixedFileBytes !== null) {
    return fixedMedia(world, key);
  }
  const head = headOf(world, key);
  const draw = generator(hash(world.seed, key.chat, key.index, key.position, 13));
  const word: string = weighted(
    [
      [69, 'photo'],
      [16, 'video'],
      [6, 'gif'],
      [7, 'audio'],
      [1, 'sticker'],
      [1, 'story'],
    ],
    draw(),
  );
  const base = baseOf(head, key.position, word, draw);
  const lockStyle: LockStyle = weighted(
    [
      [25, 'nullUrls'],
      [25, 'noFiles'],
      [20, 'emptyUrl'],
      [30, 'previewOnly'],
    ],
    draw(),
  );
  const common = { key, id: mediaId(world, key), word, kind: KINDS[word] ?? ('other' as const), base, lockStyle };
  const thumb = draw() < 0.9;
  const preview = draw() < 0.5;
  const roll = draw();
  const large = word === 'video' && world.largeFileBytes !== null && draw() < 0.2;
  if (word === 'audio') {
    const sample = pick(AUDIOS, roll);
    const name = { sample: sample.name };
    return {
      ...common,
      source: name,
      width: null,
      height: null,
      duration: sample.seconds,
      hasThumb: false,
      hasPreview: false,
      large,
    };
  }
  if (word === 'video' || word === 'gif') {
    const sample = pick(word === 'video' ? VIDEOS : GIFS, roll);
    const { name, width, height, seconds } = sample;
    return {
      ...common,
      source: { sample: name },
      width,
      height,
      duration: seconds,
      hasThumb: thumb,
      hasPreview: preview,
      large,
    };
  }
  const plate = plateOf(Math.floor(roll * PLATES));
  return {
    ...common,
    source: { plate },
    width: plate.width,
    height: plate.height,
    duration: 0,
    hasThumb: thumb,
    hasPreview: preview,
    large: false,
  };
}
