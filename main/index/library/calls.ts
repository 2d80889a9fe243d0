/** The library as a whole: its size, and whether its index is sound. */
import type { ChatUsage, KindUsage } from '../../contract/shapes.ts';

export interface LibraryReads {
  /** Stored bytes by chat and kind, largest first, at most 500 chats; `rest` sums the others. */
  libraryUsage(input: Record<string, never>): { chats: ChatUsage[]; rest: ChatUsage | null; total: KindUsage };
  /** Size of the library. Sums whole tables: for the library's own screen, not while scrolling. */
  librarySize(input: Record<string, never>): {
    schema: number;
    indexBytes: number;
    /** Distinct stored files and their bytes. */
    files: number;
    bytes: number;
    /** Bytes not spent because the same content was stored once. */
    savedBytes: number;
  };
  stats(input: Record<string, never>): {
    schema: number;
    pages: number;
    pageSize: number;
    messages: number;
    media: number;
    files: number;
    blobs: number;
  };
  /** SQLite's quick check; empty = sound. Slow: never on a screen. */
  integrity(input: Record<string, never>): string[];
}
