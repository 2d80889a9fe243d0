/** `library.json`: what makes a folder a library. Pure. */
import { z } from 'zod';

export const LIBRARY_SCHEMA = 1;

const markerSchema = z.object({
  format: z.literal('chatkeep-library'),
  id: z.string().min(1),
  schema: z.number().int().positive(),
  createdAt: z.string(),
});
export type LibraryMarker = z.infer<typeof markerSchema>;

/** The marker in a text; null when it is none. */
export function parseMarker(text: string): LibraryMarker | null {
  try {
    const parsed = markerSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function readMarkerId(text: string): string | null {
  return parseMarker(text)?.id ?? null;
}
