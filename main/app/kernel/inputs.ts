/**
 * Pieces of inputs that several subjects share. The app parses each input once, for every shell. Bounds stand here: nothing that arrives
 * may ask for a million rows or carry a book.
 */
import { z } from 'zod';
import { MEDIA_ORDERS, type MediaOrder, type MediaRef, type MediaSelection } from '../../contract/browse-shapes.ts';
import { LEDGER_STATES, MEDIA_KINDS, TRADES } from '../../contract/model.ts';
import { MEDIA_SHAPES, type MediaFilter } from '../../contract/shapes.ts';

export const nothing = z.strictObject({});
export const id = z.int().positive();
export const time = z.int().min(0).max(8.64e15);
/** Where a span of time begins or ends: any date a person may give. */
export const edge = z.int().min(-8.64e15).max(8.64e15);
export const words = z.string().max(500);
export const path = z.string().min(1).max(4096);
export const token = z.string().min(1).max(200);
export const limit = (most: number): z.ZodInt => z.int().min(1).max(most);
/** A name that a person gives. */
export const name = (most: number): z.ZodString => z.string().trim().min(1).max(most);

export const filter: z.ZodType<MediaFilter> = z.strictObject({
  accountId: id.nullable(),
  chatIds: z.array(id).max(500),
  kinds: z.array(z.enum(MEDIA_KINDS)).max(MEDIA_KINDS.length),
  states: z.array(z.enum(LEDGER_STATES)).max(LEDGER_STATES.length),
  from: edge.nullable(),
  to: edge.nullable(),
  sender: z.enum(['me', 'them']).nullable(),
  text: words.nullable(),
  labels: z.array(id).max(100).exactOptional(),
  noted: z.boolean().exactOptional(),
  minMs: z.int().min(0).exactOptional(),
  maxMs: z.int().min(0).exactOptional(),
  minBytes: z.int().min(0).exactOptional(),
  maxBytes: z.int().min(0).exactOptional(),
  shape: z.enum(MEDIA_SHAPES).exactOptional(),
  trades: z.array(z.enum(TRADES)).max(TRADES.length).exactOptional(),
  notSentTo: z.array(id).max(500).exactOptional(),
});

export const order: z.ZodType<MediaOrder> = z.strictObject({ by: z.enum(MEDIA_ORDERS), descending: z.boolean() });

export const mediaRef = z.strictObject({ accountId: id, mediaId: id });
export const mediaRefs: z.ZodType<readonly MediaRef[]> = z.array(mediaRef).max(20_000);

const sortKey = z.strictObject({ sentAt: time, order: z.int().min(0) });
export const selection: z.ZodType<MediaSelection> = z.strictObject({
  filter,
  spans: z
    .array(z.strictObject({ newest: sortKey, oldest: sortKey }))
    .max(1000)
    .nullable(),
  include: mediaRefs,
  exclude: mediaRefs,
});
