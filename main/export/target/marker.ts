/** A target folder knows whose export it is, so that the same command goes on there and no other writes into it. */
import { join } from 'node:path';
import { z } from 'zod';
import { EXPORT_MESSAGES, EXPORT_SIDECARS, PAGE_SIZES, type ExportOptions } from '../../contract/export-shapes.ts';
import { readJsonFile, writeJsonFile } from '../../lib/json-file.ts';

export const OWN_FOLDER = '.chatkeep-export';
const MARKER = join(OWN_FOLDER, 'export.json');

const schema = z.object({
  format: z.literal('chatkeep-export'),
  version: z.literal(1),
  token: z.string().min(1).max(100),
  library: z.string().min(1).max(100),
  layout: z.string().max(1000),
  bag: z.boolean(),
  zip: z.boolean(),
  /** Once made they are kept up to date. */
  sidecars: z.array(z.enum(EXPORT_SIDECARS)).max(EXPORT_SIDECARS.length),
  messages: z.enum(EXPORT_MESSAGES).default('none'),
  bates: z.string().max(29).nullable().default(null),
  /** Of its PDF: always A4 before it could be chosen. */
  pageSize: z.enum(PAGE_SIZES).nullable().default('a4'),
  /** Of the papers that were written last (`wordsDigest`); null = none. */
  words: z.string().max(100).nullable().default(null),
  /** The zip files of the last run. */
  parts: z.array(z.object({ name: z.string().max(100), bytes: z.int().min(0) })).max(10_000),
});
export type Marker = z.infer<typeof schema>;

/**
 * Whether the papers of the last run are those that are asked for: the same kinds, telling the same words (`wordsDigest`). Messages and what
 * is missing change without a file that does.
 */
export const papersStand = (
  { sidecars, messages, bates, pageSize }: Pick<ExportOptions, 'sidecars' | 'messages' | 'bates' | 'pageSize'>,
  marker: Marker | null,
  words: string,
): boolean =>
  marker !== null &&
  marker.messages === messages &&
  marker.bates === bates &&
  (marker.pageSize === pageSize || !sidecars.includes('pdf')) &&
  marker.words === words &&
  sidecars.every((each) => marker.sidecars.includes(each));

export const markerPath = (dir: string): string => join(dir, MARKER);
export const tempFolder = (dir: string): string => join(dir, OWN_FOLDER, 'tmp');

/** Null: there is none. `damaged`: something that cannot be read has its place. */
export const readMarker = (dir: string): Promise<Marker | null | 'damaged'> => readJsonFile(markerPath(dir), schema);

/** The mark of an export as it is asked for. */
export const markerOf = (
  { job, template }: { readonly job: { readonly token: string }; readonly template: { readonly source: string } },
  asked: Pick<ExportOptions, 'bag' | 'zip' | 'sidecars' | 'messages' | 'bates' | 'pageSize'>,
  library: string,
  { words, parts }: { readonly words: string | null; readonly parts: readonly Marker['parts'][number][] },
): Marker => {
  const { bag, zip, sidecars, messages, bates, pageSize } = asked;
  return {
    format: 'chatkeep-export',
    version: 1,
    token: job.token,
    library,
    layout: template.source,
    bag,
    zip,
    sidecars: [...sidecars],
    messages,
    bates,
    pageSize,
    words,
    parts: parts.map(({ name, bytes }) => ({ name, bytes })),
  };
};

/** Its folder must exist. */
export const writeMarker = (dir: string, marker: Marker): Promise<void> => writeJsonFile(markerPath(dir), marker, 2);
