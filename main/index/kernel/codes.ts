/**
 * The small numbers under which closed lists are stored: a million rows and their indexes carry them. They are part of the schema: a
 * number is never given a second meaning, whatever order the lists of the contract have.
 */
import { type LedgerState, type MediaKind, type MediaState, type Variant } from '../../contract/model.ts';

export interface Codec<Name extends string> {
  readonly code: (name: Name) => number;
  /** Throws on a number that no version has written: the row is damaged. */
  readonly name: (code: number) => Name;
  readonly names: readonly Name[];
}

function codec<Name extends string>(what: string, table: Readonly<Record<Name, number>>): Codec<Name> {
  const names = Object.keys(table) as Name[];
  const byCode = new Map<number, Name>(names.map((name) => [table[name], name]));
  return {
    names,
    code: (name) => table[name],
    name: (code) => {
      const found = byCode.get(code);
      if (found === undefined) {
        throw new Error(`the index holds an unknown ${what} code: ${String(code)}`);
      }
      return found;
    },
  };
}

export const kinds: Codec<MediaKind> = codec('kind', { photo: 0, video: 1, gif: 2, audio: 3, other: 4 });

/** In the order of `bestState`: the lower number is nearer to being on disk. */
export const mediaStates: Codec<MediaState> = codec('media state', {
  viewable: 0,
  notReady: 1,
  protected: 2,
  preview: 3,
  locked: 4,
  gone: 5,
});

export const ledgerStates: Codec<LedgerState> = codec('ledger state', {
  stored: 0,
  pending: 1,
  failed: 2,
  locked: 3,
  notReady: 4,
  protected: 5,
  gone: 6,
});

export const variants: Codec<Variant> = codec('variant', { full: 0, preview: 1, thumb: 2 });
/** A second full file, of a chat that shows other bytes under the same id (`other_file`). */
export const OTHER = 3;
/** The variant of a file, from its id. */
export const variantOf = (fileId: number): Variant => variants.name(fileId % 4 === OTHER ? 0 : fileId % 4);

/** `wanted`: to be fetched, now or at `retryAt`. `failed`: tries of this run are used up. `gone`: the host says it is no more. `unavailable`: no URL offered (locked …). */
/**
 * Scopes of the counts: a chat's key, minus an account's id for the items that lead in it, and those below. All that lead in any account
 * (for `facet` too).
 */
export const ALL_ACCOUNTS = 0;
/** The items of every chat: the same media once for each chat. */
export const EVERY_CHAT = -1_000_000_000_000;

/** This minus a label's id: the items that lead and have the label. */
export const LABEL_SCOPES = -1_000_000_000;
/** The items that lead and have a note: no label has the id 0. */
export const NOTED = LABEL_SCOPES;

export type FileState = 'wanted' | 'stored' | 'failed' | 'gone' | 'unavailable';
export const fileStates: Codec<FileState> = codec('file state', {
  wanted: 0,
  stored: 1,
  failed: 2,
  gone: 3,
  unavailable: 4,
});

export type Side = 'them' | 'me' | 'unknown';
export const sides: Codec<Side> = codec('side', { them: 0, me: 1, unknown: 2 });

export type Lane = 'small' | 'large';
export const lanes: Codec<Lane> = codec('lane', { small: 0, large: 1 });

/** `planning`: nothing is written yet. `running`: it goes on, or was cut: its papers may be older than its files. `done`: it came to its end. */
export type ExportState = 'planning' | 'running' | 'done';

/** `skipped`: another file stands in its place and was left there. */
export type ExportItemState = 'planned' | 'done' | 'failed' | 'unavailable' | 'skipped';

export type ExportMethod = 'copy' | 'reflink' | 'hardlink' | 'zip' | 'found';

export const exportStates: Codec<ExportState> = codec('export state', { planning: 0, running: 1, done: 2 });

export const exportItemStates: Codec<ExportItemState> = codec('export item state', {
  planned: 0,
  done: 1,
  failed: 2,
  unavailable: 3,
  skipped: 4,
});

export const exportMethods: Codec<ExportMethod> = codec('export method', {
  copy: 0,
  reflink: 1,
  hardlink: 2,
  zip: 3,
  found: 4,
});
