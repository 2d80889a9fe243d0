/**
 * Ids and times of the generated world. Everything is a pure function of (seed, chat, index), so a chat of a million
 * messages costs nothing until it is asked for. `index` 0 is a chat's oldest message.
 */
import { generator, hash } from './random.ts';

export interface World {
  readonly seed: number;
  readonly chats: number;
  /** Messages per chat at the start; messages with an index from here on were added later. */
  readonly messages: number;
  /** Every message is one viewable photo of exactly this many bytes, without thumb or preview (benches). */
  readonly fixedFileBytes: number | null;
  /** Some videos are this large; together with `fixedFileBytes` only the newest message of the first chat. */
  readonly largeFileBytes: number | null;
}

/** Where a message stands; `chat` counts from 0. */
export interface MessageKey {
  readonly chat: number;
  readonly index: number;
}

/** A media item is named by the message that carried it first and its position there. */
export interface MediaKey extends MessageKey {
  readonly position: number;
}

/** The newest generated message is at most this old: the epoch of the world. */
export const NEWEST_AT = Date.UTC(2026, 10, 20, 18, 30, 0);
export const FIRST_CHAT_ID = 410_000_000;
export const SELF_ID = 409_517_733;
export const MAX_CHATS = 4096;
export const MAX_ALBUM = 8;

const MESSAGE_BASE = 9_400_000_000_000;
const MESSAGE_SLOT = 37;
const MESSAGE_STEP = MESSAGE_SLOT * MAX_CHATS;
const MEDIA_BASE = 4_310_000_000;
const MEDIA_SLOT = 29;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Messages come in blocks of this many, a block in one to three sessions. */
const BLOCK = 16;

export function chatId(chat: number): number {
  return FIRST_CHAT_ID + chat;
}

/** The chat's number, or null when there is no such chat. */
export function chatOf(world: World, id: number): number | null {
  const chat = id - FIRST_CHAT_ID;
  return Number.isInteger(chat) && chat >= 0 && chat < world.chats ? chat : null;
}

/** 13 digits, rising with the index inside a chat, never used twice (API facts §3). */
export function messageId(world: World, { chat, index }: MessageKey): number {
  const jitter = hash(world.seed, chat, index, 1) % MESSAGE_SLOT;
  return MESSAGE_BASE + index * MESSAGE_STEP + chat * MESSAGE_SLOT + jitter;
}

/** The message of an id, or null when the world never gave that id. */
export function messageOf(world: World, id: number): MessageKey | null {
  const rest = id - MESSAGE_BASE;
  if (!Number.isSafeInteger(rest) || rest < 0) {
    return null;
  }
  const key = { chat: Math.floor((rest % MESSAGE_STEP) / MESSAGE_SLOT), index: Math.floor(rest / MESSAGE_STEP) };
  return key.chat < world.chats && messageId(world, key) === id ? key : null;
}

/** The smallest index of a chat whose message id is not below `id`: where a cursor points, even between messages. */
export function indexAtOrAbove(world: World, chat: number, id: number): number {
  const guess = Math.max(0, Math.floor((id - MESSAGE_BASE) / MESSAGE_STEP));
  return messageId(world, { chat, index: guess }) >= id ? guess : guess + 1;
}

/** Ten digits, above 2^32 (API facts §3). */
export function mediaId(world: World, { chat, index, position }: MediaKey): number {
  const slot = (index * world.chats + chat) * MAX_ALBUM + position;
  return MEDIA_BASE + slot * MEDIA_SLOT + (hash(world.seed, chat, index, position, 2) % MEDIA_SLOT);
}

/** The slot of a media id, or null; says nothing about whether that slot of the message is filled. */
export function mediaOf(world: World, id: number): MediaKey | null {
  const slot = Math.floor((id - MEDIA_BASE) / MEDIA_SLOT);
  if (!Number.isSafeInteger(id) || slot < 0) {
    return null;
  }
  const message = Math.floor(slot / MAX_ALBUM);
  const key = { chat: message % world.chats, index: Math.floor(message / world.chats), position: slot % MAX_ALBUM };
  return mediaId(world, key) === id ? key : null;
}

/** Offsets of a block's messages from its newest end, in milliseconds, rising: sessions of some minutes, hours apart. */
function blockOffsets(world: World, chat: number, block: number, stride: number): readonly number[] {
  const draw = generator(hash(world.seed, chat, block + 2 ** 20, 3));
  const gap = Math.min(9 * MINUTE, stride / (BLOCK * 4));
  const pause = Math.min(DAY, stride / 8);
  const offsets: number[] = [];
  let at = block === 0 ? 0 : draw() * stride * 0.3;
  for (let n = 0; n < BLOCK; n++) {
    at += gap * (0.1 + draw()) + (n % 5 === 4 ? pause * (0.2 + draw() * 0.8) : 0);
    offsets.push(at);
  }
  return offsets;
}

/** When a message was sent, epoch ms: whole seconds, rising with the index, over years for a long chat. */
export function sentAt(world: World, { chat, index }: MessageKey): number {
  const age = world.messages - 1 - index;
  if (age < 0) {
    return NEWEST_AT - age * MINUTE;
  }
  const blocks = Math.ceil(world.messages / BLOCK);
  const stride = Math.min(60 * DAY, (6 * 365 * DAY) / blocks);
  const block = Math.floor(age / BLOCK);
  const offset = blockOffsets(world, chat, block, stride)[age % BLOCK] ?? 0;
  return Math.floor((NEWEST_AT - chat * 3 * MINUTE - block * stride - offset) / 1000) * 1000;
}
