/**
 * The input of every call as a schema. The app parses each input once, for every shell; screens never load this file (it carries zod).
 * Bounds stand here: nothing that arrives may ask for a million rows or carry a book.
 */
import { z } from 'zod';
import type { CallInput, CallName } from './calls.ts';
import { LEDGER_STATES, MEDIA_KINDS } from '../contract/model.ts';
import { EXPORT_CONFLICTS, EXPORT_LINKS, EXPORT_MESSAGES, EXPORT_SIDECARS } from '../contract/export-shapes.ts';
import { MEDIA_ORDERS, type MediaOrder } from '../contract/browse-shapes.ts';
import { MEDIA_SHAPES, type MediaFilter } from '../contract/shapes.ts';

const id = z.int().positive();
const time = z.int().min(0).max(8.64e15);
const words = z.string().max(500);
const path = z.string().min(1).max(4096);
const token = z.string().min(1).max(200);
const secret = z.string().trim().min(1).max(1000);
const address = z.url({ protocol: /^https?$/ }).max(500);
const rate = z.int().min(0).max(100_000);
const limit = (most: number): z.ZodInt => z.int().min(1).max(most);
const nothing = z.strictObject({});

const filter = z.strictObject({
  accountId: id.nullable(),
  chatIds: z.array(id).max(500),
  kinds: z.array(z.enum(MEDIA_KINDS)).max(MEDIA_KINDS.length),
  states: z.array(z.enum(LEDGER_STATES)).max(LEDGER_STATES.length),
  from: time.nullable(),
  to: time.nullable(),
  sender: z.enum(['me', 'them']).nullable(),
  text: words.nullable(),
  labels: z.array(id).max(100).exactOptional(),
  noted: z.boolean().exactOptional(),
  minMs: z.int().min(0).exactOptional(),
  maxMs: z.int().min(0).exactOptional(),
  minBytes: z.int().min(0).exactOptional(),
  maxBytes: z.int().min(0).exactOptional(),
  shape: z.enum(MEDIA_SHAPES).exactOptional(),
});

const order = z.strictObject({ by: z.enum(MEDIA_ORDERS), descending: z.boolean() });

/** The schema of a saved search. It must keep accepting old ones. */
export const savedSearchSchema: z.ZodType<{ readonly filter: MediaFilter; readonly order: MediaOrder | null }> =
  z.strictObject({ filter, order: order.nullable() });

const sortKey = z.strictObject({ sentAt: time, order: z.int().min(0) });
const trashScope = z.strictObject({ accountId: id, chatId: id.nullable(), messageId: id.nullable() }).exactOptional();
const refs = z.array(z.strictObject({ accountId: id, mediaId: id })).max(20_000);
const selection = z.strictObject({
  filter,
  spans: z
    .array(z.strictObject({ newest: sortKey, oldest: sortKey }))
    .max(1000)
    .nullable(),
  include: refs,
  exclude: refs,
});

const settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  contrast: z.enum(['system', 'more']),
  tileSize: z.enum(['compact', 'normal', 'large']),
  blurUnfocused: z.boolean(),
  syncEveryMinutes: z.int().min(5).max(10_080).nullable(),
  concurrency: z.int().min(1).max(16),
  bandwidth: z.int().min(10_000).nullable(),
  diskReserve: z.int().min(0),
  notifications: z.boolean(),
  startAtLogin: z.boolean(),
  closing: z.enum(['ask', 'stay', 'quit']),
  lookForUpdates: z.boolean(),
});

const anchor = z.discriminatedUnion('at', [
  z.strictObject({ at: z.literal('newest') }),
  z.strictObject({ at: z.literal('around'), messageId: id }),
  z.strictObject({ at: z.literal('date'), time }),
  z.strictObject({ at: z.literal('older'), messageId: id }),
  z.strictObject({ at: z.literal('newer'), messageId: id }),
]);

const manner = {
  layout: z.string().min(1).max(500),
  conflict: z.enum(EXPORT_CONFLICTS),
  link: z.enum(EXPORT_LINKS),
  sidecars: z.array(z.enum(EXPORT_SIDECARS)).max(EXPORT_SIDECARS.length),
  /** Options and presets from before it existed are read as `none`. */
  messages: z.enum(EXPORT_MESSAGES).default('none'),
  bag: z.boolean(),
  zip: z.boolean(),
  zipBytes: z.int().min(1_000_000).nullable(),
  csvBom: z.boolean(),
};
export const exportOptions = z.strictObject({ ...manner, dir: path, selection });
const searchName = z.string().trim().min(1).max(100);
const presetName = z.string().trim().min(1).max(60);

export const callSchemas: { readonly [Name in CallName]: z.ZodType<CallInput<Name>> } = {
  'app.info': nothing,
  'app.licences': nothing,
  'updates.status': nothing,
  'updates.check': nothing,
  'updates.download': nothing,
  'updates.install': nothing,
  'settings.get': nothing,
  'settings.set': settings.partial(),
  'library.state': nothing,
  'library.inspect': z.strictObject({ path: path.nullable() }),
  'library.recent': nothing,
  'library.forgetRecent': z.strictObject({ path: path.nullable() }),
  'library.choose': z.strictObject({ path }),
  'library.usage': nothing,
  'library.check': z.strictObject({ deep: z.boolean(), repair: z.boolean() }),
  'library.cancelCheck': nothing,
  'library.lastCheck': nothing,
  'backup.state': nothing,
  'backup.start': z.strictObject({
    kind: z.enum(['backup', 'move', 'restore']),
    from: path.nullable(),
    to: path,
  }),
  'backup.cancel': nothing,
  'accounts.list': nothing,
  'connections.list': z.strictObject({ key: secret, apiBase: address.nullable() }),
  'accounts.add': z.strictObject({
    name: z.string().trim().min(1).max(100).nullable(),
    key: secret,
    connectionId: token,
    apiBase: address.nullable(),
    ratePerMinute: rate.nullable(),
  }),
  'accounts.test': z.strictObject({ accountId: id }),
  'accounts.update': z.strictObject({
    accountId: id,
    name: z.string().trim().min(1).max(100).optional(),
    key: secret.optional(),
    connectionId: token.optional(),
    ratePerMinute: rate.nullable().optional(),
    wholeConversations: z.boolean().optional(),
  }),
  'accounts.remove': z.strictObject({ accountId: id }),
  'sandbox.start': z.strictObject({ chats: limit(200), messages: limit(5000) }),
  'chats.remote': z.strictObject({ accountId: id, after: token.nullable() }),
  'chats.choose': z.strictObject({ accountId: id, mode: z.enum(['all', 'only']), chatIds: z.array(id).max(20_000) }),
  'chats.list': z.strictObject({ accountId: id.nullable(), after: token.nullable(), limit: limit(500) }),
  'media.counts': z.strictObject({ filter }),
  'media.layout': z.strictObject({
    filter,
    from: time,
    to: time,
    after: token.nullable(),
    near: z.strictObject({ first: z.int().min(0), end: z.int().min(0) }).exactOptional(),
  }),
  'media.page': z.strictObject({ filter, order: order.exactOptional(), after: token.nullable(), limit: limit(200) }),
  'media.around': z.strictObject({
    filter,
    accountId: id,
    mediaId: id,
    newer: z.int().min(0).max(100),
    older: z.int().min(0).max(100),
  }),
  'media.details': z.strictObject({
    refs: z.array(z.strictObject({ accountId: id, mediaId: id, chatId: id })).max(200),
  }),
  'media.item': z.strictObject({ accountId: id, mediaId: id }),
  'selection.summary': z.strictObject({ selection }),
  'labels.list': nothing,
  'labels.save': z.strictObject({ id: id.nullable(), name: z.string().trim().min(1).max(60) }),
  'labels.remove': z.strictObject({ id }),
  'labels.restore': z.strictObject({ id }),
  'labels.apply': z.strictObject({ selection, labelId: id, on: z.boolean() }),
  'labels.undo': z.strictObject({ undo: id }),
  'notes.set': z.strictObject({ accountId: id, mediaId: id, text: z.string().max(4000).nullable() }),
  'searches.list': nothing,
  'searches.save': z.strictObject({ id: id.nullable(), name: searchName, filter, order: order.nullable() }),
  'searches.rename': z.strictObject({ id, name: searchName }),
  'searches.remove': z.strictObject({ id }),
  'searches.restore': z.strictObject({ id }),
  'media.remove': z.strictObject({ selection }),
  'media.restoreRemoved': z.strictObject({ undo: id }),
  'trash.summary': z.strictObject({ within: trashScope }),
  'trash.page': z.strictObject({ after: token.nullable(), limit: limit(200), within: trashScope }),
  'trash.restore': z.strictObject({ refs: refs.nullable(), within: trashScope }),
  'trash.empty': z.strictObject({ refs: refs.nullable(), within: trashScope }),
  'messages.page': z.strictObject({ accountId: id, chatId: id, anchor, limit: limit(100) }),
  'search.messages': z.strictObject({
    text: words.min(1),
    accountId: id.nullable(),
    chatId: id.nullable(),
    after: token.nullable(),
    limit: limit(100),
  }),
  'sync.status': nothing,
  'sync.start': z.strictObject({
    accountId: id.nullable(),
    chatIds: z.array(id).max(500),
    full: z.boolean(),
    retryFailed: z.boolean(),
  }),
  'sync.pause': nothing,
  'sync.resume': nothing,
  'sync.cancel': nothing,
  'ledger.get': z.strictObject({ accountId: id.nullable(), chatId: id.nullable() }),
  'runs.list': z.strictObject({ before: id.nullable(), limit: limit(100) }),
  'runs.get': z.strictObject({ runId: id }),
  'changes.list': z.strictObject({ runId: id.nullable(), after: id.nullable(), limit: limit(500) }),
  'export.preview': exportOptions,
  'export.start': exportOptions,
  'export.status': nothing,
  'export.pause': nothing,
  'export.resume': nothing,
  'export.cancel': nothing,
  'export.list': z.strictObject({ limit: limit(100) }),
  'export.options': z.strictObject({ id: id.nullable() }),
  'export.checkLayout': z.strictObject({ layout: z.string().max(500) }),
  'export.verify': z.strictObject({ dir: path }),
  'export.openFolder': z.strictObject({ id: id.nullable() }),
  'export.presets': nothing,
  'export.savePreset': z.strictObject({ ...manner, name: presetName }),
  'export.removePreset': z.strictObject({ name: presetName }),
  'system.openExternal': z.strictObject({ url: z.url({ protocol: /^https$/ }).max(2000) }),
  'system.showInFolder': z.strictObject({ accountId: id, mediaId: id }),
  'system.dragOut': z.strictObject({
    refs: z
      .array(z.strictObject({ accountId: id, mediaId: id }))
      .min(1)
      .max(200),
  }),
  'system.openFolder': z.strictObject({ folder: z.enum(['library', 'log']) }),
  'system.pickFolder': z.strictObject({ title: z.string().max(200), start: path.nullable() }),
};
