import { z } from 'zod';
import type { Labels, MarkChange } from '../../contract/shapes.ts';
import { call, type Done } from '../kernel/call.ts';
import { id, name, nothing, selection } from '../kernel/inputs.ts';

/** Favourites, labels, notes. */
export const labelCalls = {
  'labels.list': call(nothing).answers<Labels>(),
  /** Makes a label (`id` null), or renames one. `name_taken` when another has the name. Answers its id. */
  'labels.save': call(z.strictObject({ id: id.nullable(), name: name(60) })).answers<{ readonly id: number }>(),
  /** Takes a label away; its media stay. `labels.restore` brings it back with them. */
  'labels.remove': call(z.strictObject({ id })).answers<Done>(),
  'labels.restore': call(z.strictObject({ id })).answers<Done>(),
  /** Puts a label on everything selected, or takes it off. */
  'labels.apply': call(z.strictObject({ selection, labelId: id, on: z.boolean() })).answers<MarkChange>(),
  /** Takes a change back; `not_found` when it was taken back before or is long ago. */
  'labels.undo': call(z.strictObject({ undo: id })).answers<Done>(),
  /** Words of the person's own on an item; null or empty takes them away. */
  'notes.set': call(
    z.strictObject({ accountId: id, mediaId: id, text: z.string().max(4000).nullable() }),
  ).answers<Done>(),
};
