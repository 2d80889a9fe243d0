/** `library.json`: what makes a folder a library. Pure. */
import { z } from 'zod';
import { parseAs } from '../../lib/json-file.ts';

export const LIBRARY_SCHEMA = 1;

const markerSchema = z.object({
  format: z.literal('chatkeep-library'),
  id: z.string().min(1),
  schema: z.number().int().positive(),
  createdAt: z.string(),
});
export type LibraryMarker = z.infer<typeof markerSchema>;

/** The marker in a text; null when it is none. */
export const parseMarker = (text: string): LibraryMarker | null => parseAs(markerSchema, text);

export const readMarkerId = (text: string): string | null => parseMarker(text)?.id ?? null;
