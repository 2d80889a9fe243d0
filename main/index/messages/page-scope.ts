import { type ListedMedia } from '../../lib/model.ts';
import { type NewFiles, type OfferSource } from '../files/offered-files.ts';
import { type RawBlock } from './raw-blocks.ts';
import { type WriteContext } from '../kernel/write-context.ts';

/** Values shared by all messages of one page. */
export interface PageScope {
  readonly context: WriteContext;
  readonly accountId: number;
  readonly ownId: number | null;
  readonly chatKey: number;
  readonly chatId: number;
  readonly pass: string;
  /** Bit of the pass in `message.passes`. */
  readonly passBit: number;
  readonly cursor: string | null;
  /** Whether the pass shows every media item of a message. A filtered one may leave some out: their absence says nothing. */
  readonly wholeMessages: boolean;
  /** Messages of the page that the index does not have; null: it has some of this stretch, and each is looked for. */
  readonly unknown: Set<number> | null;
  /** Media of the page that the index does not have yet: the others are looked for. */
  readonly unknownMedia: Set<number>;
  /** The JSON of new and changed messages: the block that the page adds. */
  readonly raw: RawBlock;
  readonly newFiles: NewFiles;
  /** Media whose rows must be recomputed. */
  readonly dirty: Set<number>;
  /** Previews offered of media known before: wanted only if the whole page leaves the item without its full file. */
  readonly previews: { readonly mediaKey: number; readonly media: ListedMedia; readonly source: OfferSource }[];
}
