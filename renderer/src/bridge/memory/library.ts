/** A made-up library: chats, messages and media of two years, the same for the same seed. */
import type { LedgerState, MediaKind } from '../../../../main/contract/model.ts';
import type { MediaEntry, Message } from '../../../../main/contract/shapes.ts';
import { seededRandom, type Random } from './random.ts';

/** Hearts come and go: the one thing of an entry that changes. */
export type MadeEntry = Omit<MediaEntry, 'favourite'> & { favourite: boolean };

export interface MadeChat {
  readonly id: number;
  readonly name: string;
  messages: Message[];
  media: MadeEntry[];
}

export interface MadeLibrary {
  readonly chats: readonly MadeChat[];
  /** All media that are not removed, newest first. */
  media: readonly MadeEntry[];
}

const NAMES = [
  'Marlow Ferry',
  'Juniper & Ash',
  'The Long Room',
  'Saltmarsh',
  'Inês Carvalho',
  'Ottolie Bright',
  'Green Lantern Press',
  'Second Storey',
  'Kestrel Hill',
  'Paper Boats',
  'ليلى النجار',
  'Winter Garden',
  'Halden Glass',
  'Plum Street',
  'Northbound',
  'Fathom',
  'Elin Åkesson',
  'Orchard House',
  'Low Tide',
  'Violet Hour',
  'Copper Kettle',
  'Anders Holm',
  'Far Field',
  'Tin Roof',
] as const;

const WORDS = [
  'Fog until noon, then the whole bay opened.',
  'Three from this morning, the last one is my favourite.',
  'Prints came back today. The blues held up well.',
  'A short clip from the ferry, sound on.',
  'These are the ones for the wall in the hallway.',
  'Light through the blinds at five.',
  'First snow up on the ridge.',
  'Took the long way round and found this.',
  'The set for Friday, let me know which to keep.',
  'Nothing moved for an hour.',
  'Still life with the new cones. Copper works best.',
  'عبرنا الجسر عند الغروب',
  'The coast from above, on the way home.',
  'Windows on Mercer, east side.',
  '',
  '',
] as const;

const ANSWERS = [
  'The wide one. Is there a version with less sky?',
  'Clear. I will order the frame tonight.',
  'That light is unreal.',
  'Keep all of them.',
  'Could you send the full size of the second?',
  'Perfect, thank you.',
  'Is this from the same walk as last week?',
] as const;

type Shape = readonly [width: number, height: number];

/** What phones and cameras make. */
const SHAPES: readonly [Shape, ...Shape[]] = [
  [4032, 3024],
  [3024, 4032],
  [5760, 3840],
  [3840, 5760],
  [3000, 3000],
  [1920, 1080],
];

function makeState(random: Random): LedgerState {
  const draw = random.next();
  if (draw < 0.9) {
    return 'stored';
  }
  const rest: readonly [number, LedgerState][] = [
    [0.945, 'locked'],
    [0.965, 'pending'],
    [0.98, 'notReady'],
    [0.988, 'protected'],
    [0.995, 'gone'],
  ];
  return rest.find(([until]) => draw < until)?.[1] ?? 'failed';
}

function makeMedia(
  random: Random,
  ids: { accountId: number; id: number; chatId: number; messageId: number; sentAt: number },
): MadeEntry {
  const draw = random.next();
  const kind: MediaKind = draw < 0.74 ? 'photo' : draw < 0.92 ? 'video' : draw < 0.95 ? 'gif' : 'audio';
  const state = makeState(random);
  const [width, height] = random.pick(SHAPES);
  const sized = kind !== 'audio';
  const timed = kind === 'video' || kind === 'audio';
  const gone = state === 'stored' && random.next() < 0.02;
  return {
    ...ids,
    order: ids.id,
    favourite: false,
    kind,
    state,
    serviceState: gone
      ? 'gone'
      : state === 'locked' || state === 'notReady' || state === 'protected' || state === 'gone'
        ? state
        : 'viewable',
    width: sized ? width : null,
    height: sized ? height : null,
    durationMs: timed ? random.int(6, 400) * 1000 : null,
    bytes:
      state === 'stored'
        ? random.int(
            kind === 'audio' ? 200_000 : 1_200_000,
            kind === 'video' ? 90_000_000 : kind === 'audio' ? 3_000_000 : 9_000_000,
          )
        : null,
    // Some are pictures that move, as most services keep them films.
    mime:
      kind === 'gif' && ids.id % 3 === 0
        ? 'image/gif'
        : {
            photo: 'image/jpeg',
            video: 'video/mp4',
            gif: 'video/mp4',
            audio: 'audio/mpeg',
            other: 'application/octet-stream',
          }[kind],
    // Of some films no still has come.
    thumb:
      sized &&
      (state === 'stored' || (state === 'pending' && random.next() < 0.6)) &&
      !(kind === 'video' && ids.id % 9 === 4),
  };
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function makeChat(random: Random, index: number, accountId: number, now: number): MadeChat {
  const id = 410_000_000 + index * 1777;
  const name = NAMES[index] ?? `Chat ${String(index)}`;
  const messages: Message[] = [];
  const media: MediaEntry[] = [];
  const busy = Math.max(0.08, 0.75 / (1 + index * 0.3));
  const until = now - (index < 2 ? 2 : index * index * 6) * 60 * MINUTE;
  let time = now - random.int(560, 760) * DAY;
  let messageId = 51_000_000_000 + index * 10_000_000;
  let mediaId = 3_100_000_000 + index * 1_000_000;
  while (time < until) {
    time += Math.round((DAY / busy) * random.next() ** 2 * 2.4) + random.int(1, 240) * MINUTE;
    const sentAt = Math.min(time, until);
    messageId += random.int(3, 90);
    const own: MadeEntry[] = [];
    const many = random.next() < 0.3 ? random.int(3, 9) : random.int(1, 3);
    for (let count = 0; count < many; count += 1) {
      mediaId += random.int(1, 40);
      own.push(makeMedia(random, { accountId, id: mediaId, chatId: id, messageId, sentAt }));
    }
    media.push(...own);
    const text = random.pick(WORDS);
    const base = { accountId, chatId: id, goneAt: null, tip: false, removed: 0, inTrash: 0 };
    messages.push({
      ...base,
      id: messageId,
      senderId: id,
      senderName: name,
      fromMe: false,
      sentAt,
      text,
      replyTo: null,
      media: own,
    });
    if (random.next() < 0.35 && sentAt < until - 40 * MINUTE) {
      const replied = random.next() < 0.5;
      const asked = {
        id: messageId,
        senderName: name,
        fromMe: false,
        text,
        mediaId: own.find((item) => item.thumb)?.id ?? null,
      };
      messageId += 1;
      messages.push({
        ...base,
        id: messageId,
        senderId: 900_000_001,
        senderName: null,
        fromMe: true,
        sentAt: sentAt + random.int(2, 30) * MINUTE,
        text: random.pick(ANSWERS),
        replyTo: replied ? asked : null,
        media: [],
      });
    }
  }
  return { id, name, messages, media };
}

export function makeLibrary(accountId: number, now: number, chatCount: number = NAMES.length): MadeLibrary {
  const random = seededRandom(20_261_124);
  const chats = Array.from({ length: chatCount }, (_, index) => makeChat(random, index, accountId, now));
  const media = chats.flatMap((chat) => chat.media).sort((a, b) => b.sentAt - a.sentAt || b.id - a.id);
  return { chats, media };
}
