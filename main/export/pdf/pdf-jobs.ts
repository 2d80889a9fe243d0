/** What the thread that writes a PDF is told, and what it answers. */
import type { PageSize } from '../../contract/export-shapes.ts';
import type { ExportMessageMedia, ExportMessageRow } from '../../index/exports/calls.ts';
import type { WrittenPaper } from '../target/paper-file.ts';

/** An item with the picture that is printed. */
export interface PdfItem extends ExportMessageMedia {
  /** A JPEG; null = none can be shown. */
  readonly picture: Uint8Array | null;
  /** Of a film or a sound: `picture` is a still that the library keeps. */
  readonly isStill: boolean;
  /** Why there is no picture where one was expected. */
  readonly problem: 'undecodable' | 'missing' | null;
}

export interface PdfMessage extends Omit<ExportMessageRow, 'media'> {
  readonly items: readonly PdfItem[];
}

export interface PdfChat {
  readonly accountId: number;
  readonly chatId: number;
  readonly name: string | null;
  readonly messages: number;
  readonly from: number;
  readonly to: number;
}

interface BatesStart {
  readonly prefix: string;
  /** Number of the first page. */
  readonly first: number;
}

/** Everything that a cover tells, but what is known only at the end. */
export interface PdfFacts {
  readonly madeAt: number;
  readonly version: string;
  /** Of the export. */
  readonly token: string;
  readonly libraryId: string;
  /** An IANA name. */
  readonly timeZone: string;
  readonly accounts: readonly { readonly name: string; readonly userId: number | null; readonly api: string }[];
  readonly chats: readonly PdfChat[];
  readonly messages: number;
  /** Which messages the record holds. */
  readonly scope: 'with-media' | 'all';
  /** Of the span that was asked for; null = not limited. Epoch ms, `to` excluded. */
  readonly from: number | null;
  readonly to: number | null;
  /** Items with a file in the folder, and the others by their states. */
  readonly exported: number;
  readonly missing: Readonly<Record<string, number>>;
  readonly papers: readonly WrittenPaper[];
  readonly bates: BatesStart | null;
  readonly pageSize: PageSize;
}

export interface PdfPart {
  /** The file, relative to the folder of the papers. */
  readonly path: string;
  /** From 1. */
  readonly number: number;
  /** Number of its first message. */
  readonly firstMessage: number;
  readonly firstExhibit: number;
  readonly facts: PdfFacts;
  /** Where it is written first. */
  readonly temp: string;
}

export interface PdfPartEnd {
  readonly sha256: string;
  readonly bytes: number;
  readonly pages: number;
  readonly nextExhibit: number;
}

/** What the thread that writes a PDF does, one order at a time. */
export type PdfWork = {
  begin(part: PdfPart): Promise<void>;
  /** Answers the bytes of the file so far. */
  add(messages: readonly PdfMessage[]): Promise<number>;
  /** `next`: the file that continues the record. */
  end(next: string | null): Promise<PdfPartEnd>;
};
