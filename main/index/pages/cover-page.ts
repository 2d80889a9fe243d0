import { type MessageOfPage } from '../../lib/packed-page.ts';
import { mediaStates } from '../kernel/codes.ts';
import { carveSegments, mergeRange, type Segment } from './ranges.ts';
import { type ApplyPageInput, type CoverageRange } from './calls.ts';
import { type WriteContext } from '../kernel/write-context.ts';

/** Segments are joined up to this many messages: one page lists them, and their number stays near that of the pages. */
const PAGE_MESSAGES = 100;

const LOCKED = new Set<string>(['locked', 'preview']);

/** Enters what a page proves listed, in the merged ranges and in the segments that remember when each stretch was last looked at. */
export function coverPage(
  context: WriteContext,
  input: ApplyPageInput,
  messages: readonly MessageOfPage[],
): CoverageRange | null {
  if (input.range === null) {
    return null;
  }
  if (input.range.lo > input.range.hi || input.range.lo < 0) {
    throw new RangeError(`a page proves no range: ${String(input.range.lo)} to ${String(input.range.hi)}`);
  }
  const { lo, hi } = input.range;
  const range = { ...input.range, hi: Math.max(lo, Math.min(hi, newestKnown(context, input))) };
  coverSegments(context, input, range, messages);
  return coverRange(context, input, range);
}

/**
 * The newest message id that the chat has shown. Nothing is covered above it: a cursor may lead above all ids (API facts §4), and a message
 * that comes later would be taken for one that is listed.
 */
function newestKnown({ db }: WriteContext, { chatKey }: ApplyPageInput): number {
  const row = db.get<{ id: number }>('SELECT id FROM message WHERE chat_key = ? ORDER BY id DESC LIMIT 1', chatKey);
  return row?.id ?? 0;
}

type Range = NonNullable<ApplyPageInput['range']>;

function coverRange(context: WriteContext, input: ApplyPageInput, range: Range): CoverageRange {
  const { db } = context;
  const touching = db.all<CoverageRange>(
    `SELECT hi, lo, next_cursor AS nextCursor, checked_at AS checkedAt FROM coverage
     WHERE chat_key = $chatKey AND pass = $pass AND hi >= $below AND lo <= $above`,
    { ...input, below: range.lo - 1, above: range.hi + 1 },
  );
  const merged = mergeRange(touching, { ...range, checkedAt: context.at });
  for (const old of touching) {
    db.run('DELETE FROM coverage WHERE chat_key = ? AND pass = ? AND hi = ?', input.chatKey, input.pass, old.hi);
  }
  db.run(
    'INSERT INTO coverage (chat_key, pass, hi, lo, next_cursor, checked_at) VALUES ($chatKey, $pass, $hi, $lo, $nextCursor, $checkedAt)',
    { ...merged, chatKey: input.chatKey, pass: input.pass },
  );
  return merged;
}

interface Load {
  readonly messages: number;
  readonly notReady: number;
  readonly locked: number;
}

function coverSegments(
  context: WriteContext,
  input: ApplyPageInput,
  range: Range,
  messages: readonly MessageOfPage[],
): void {
  const { db } = context;
  const overlapping = db.all<Segment>(
    `SELECT hi, lo, cursor, checked_at AS checkedAt FROM segment WHERE chat_key = $chatKey AND pass = $pass AND hi >= $lo AND lo <= $hi`,
    { ...input, lo: range.lo, hi: range.hi },
  );
  for (const old of overlapping) {
    removeSegment(context, input, old.hi);
  }
  const { above, below } = carveSegments(overlapping, range);
  for (const rest of above) {
    const load = loadOf(context, input, rest);
    if (load.messages > 0) {
      insertSegment(context, input, rest, load);
    }
  }
  for (const rest of below) {
    const load = loadOf(context, input, rest);
    if (load.messages > 0) {
      joinBelow(context, input, rest, load);
    }
  }
  const states = messages.flatMap((message) => message.media.map((media) => media.state));
  insertSegment(
    context,
    input,
    { hi: range.hi, lo: range.lo, cursor: input.cursor, checkedAt: context.at },
    {
      messages: messages.length,
      notReady: states.includes('notReady') ? 1 : 0,
      locked: states.some((state) => LOCKED.has(state)) ? 1 : 0,
    },
  );
}

/** Counts the known messages of a range, and its unready and locked ones. */
function loadOf(context: WriteContext, input: ApplyPageInput, range: Segment): Load {
  const row = context.db.get<{ messages: number; not_ready: number | null; locked: number | null }>(
    `SELECT count(DISTINCT m.key) AS messages, max(l.state = $notReady) AS not_ready, max(l.state IN ($preview, $locked)) AS locked
     FROM message m LEFT JOIN message_media l ON l.message_key = m.key
     WHERE m.chat_key = $chatKey AND m.id BETWEEN $lo AND $hi AND m.gone_since IS NULL`,
    {
      ...range,
      notReady: mediaStates.code('notReady'),
      preview: mediaStates.code('preview'),
      locked: mediaStates.code('locked'),
      chatKey: input.chatKey,
    },
  );
  return { messages: row?.messages ?? 0, notReady: row?.not_ready ?? 0, locked: row?.locked ?? 0 };
}

/** The rest below a newly listed page joins its lower neighbour when both fit one page; else a busy chat would end up with a segment for each visit. */
function joinBelow(context: WriteContext, input: ApplyPageInput, rest: Segment, load: Load): void {
  const neighbour = context.db.get<Segment & Load>(
    `SELECT hi, lo, cursor, checked_at AS checkedAt, messages, not_ready AS notReady, locked FROM segment
     WHERE chat_key = $chatKey AND pass = $pass AND hi = $below`,
    { ...input, below: rest.lo - 1 },
  );
  if (neighbour === undefined || neighbour.messages + load.messages > PAGE_MESSAGES) {
    insertSegment(context, input, rest, load);
    return;
  }
  removeSegment(context, input, neighbour.hi);
  insertSegment(
    context,
    input,
    { ...rest, lo: neighbour.lo, checkedAt: Math.min(rest.checkedAt, neighbour.checkedAt) },
    {
      messages: load.messages + neighbour.messages,
      notReady: Math.max(load.notReady, neighbour.notReady),
      locked: Math.max(load.locked, neighbour.locked),
    },
  );
}

function removeSegment(context: WriteContext, input: ApplyPageInput, hi: number): void {
  context.db.run('DELETE FROM segment WHERE chat_key = ? AND pass = ? AND hi = ?', input.chatKey, input.pass, hi);
}

function insertSegment(context: WriteContext, input: ApplyPageInput, segment: Segment, load: Load): void {
  context.db.run(
    `INSERT INTO segment (chat_key, pass, hi, lo, cursor, checked_at, messages, not_ready, locked) VALUES ($chatKey, $pass, $hi, $lo, $cursor, $checkedAt, $messages, $notReady, $locked)`,
    { ...segment, ...load, chatKey: input.chatKey, pass: input.pass },
  );
}
