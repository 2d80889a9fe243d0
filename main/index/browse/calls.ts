/** Lists of media as screens and the command line browse them: counts, layouts, pages, selections. */
import type { LedgerState, MediaKind, MediaState, OddKind } from '../../contract/model.ts';

export interface MediaRow {
  readonly id: number;
  readonly accountId: number;
  readonly chatId: number;
  readonly messageId: number;
  readonly senderId: number | null;
  readonly kind: MediaKind;
  readonly sentAt: number;
  readonly state: LedgerState;
  readonly serviceState: MediaState;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
  /** Of the stored full file. */
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly mime: string | null;
  readonly ext: string | null;
  readonly odd: OddKind | null;
  readonly text: string;
  /** Hash and extension of the best small rendition stored (thumb, else preview); null = none. */
  readonly thumbSha256: string | null;
  readonly thumbExt: string | null;
}
