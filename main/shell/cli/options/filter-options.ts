import { type Command, Option } from 'commander';
import { unsearchableIn } from '../../../contract/search-text.ts';
import { MEDIA_KINDS, TRADES, type LedgerState, type MediaKind, type Trade } from '../../../contract/model.ts';
import type { MediaFilter } from '../../../contract/shapes.ts';
import type { Zone } from '../../../contract/time-zone.ts';
import type { Answers } from '../terminal/answers.ts';
import { safe } from '../terminal/format.ts';
import { count, listOption, ONE_ACCOUNT, oneOf, option, SOME_CHATS } from './command.ts';
import { parseDate, parseId, parseState, usage } from './parse.ts';

/** The options that choose media, for every command that works on a selection. */
export interface FilterOptions {
  readonly chat?: readonly number[];
  readonly kind?: readonly MediaKind[];
  readonly state?: readonly LedgerState[];
  readonly from?: string;
  readonly to?: string;
  readonly sender?: 'me' | 'them';
  readonly text?: string;
  readonly account?: number;
  readonly trade?: readonly Trade[];
  readonly notSentTo?: readonly number[];
}

/** The options of a list that may be cut and continued. */
export interface RangeOptions {
  readonly limit?: number;
  readonly after?: string;
}

const FROM = new Option('--from <date>', 'sent at or after: 2025-06-01 or 2025-06-01T14:30Z');
const before = (end: string): Option =>
  new Option(`--${end} <date>`, 'sent before this time, or up to the end of this day (UTC, or that of --time-zone)');
const TEXT = new Option('--text <query>', 'words of the message');

/** `end`: the option for the end of a span of time; `export` has another use for `--to`. */
export function addFilterOptions(command: Command, end: 'to' | 'until' = 'to'): Command {
  return command
    .addOption(SOME_CHATS)
    .addOption(listOption('--kind <kind>', MEDIA_KINDS.join(', '), oneOf(MEDIA_KINDS)))
    .addOption(
      listOption('--state <state>', 'stored, locked, not-ready, protected, gone, failed or pending', parseState),
    )
    .addOption(FROM)
    .addOption(before(end))
    .addOption(option('--sender <who>', 'me or them', oneOf(['me', 'them'])))
    .addOption(TEXT)
    .addOption(ONE_ACCOUNT)
    .addOption(listOption('--trade <terms>', `terms of the message: ${TRADES.join(', ')}`, oneOf(TRADES)))
    .addOption(listOption('--not-sent-to <id>', 'not in this chat', parseId));
}

/** Those of them that choose messages. */
export function addMessageOptions(command: Command): Command {
  return command.addOption(SOME_CHATS).addOption(FROM).addOption(before('to')).addOption(TEXT).addOption(ONE_ACCOUNT);
}

export function addRangeOptions(command: Command): Command {
  const most = 'at most this many; where there are more, a line "next: TOKEN" goes to stderr';
  return command
    .addOption(option('--limit <n>', most, count(1, 1_000_000_000)))
    .option('--after <token>', 'go on after a list that --limit has cut');
}

/** AppError `usage` for anything senseless. */
export function readFilter(options: FilterOptions, zone: Zone, end: '--to' | '--until' = '--to'): MediaFilter {
  const { account = null, chat = [], kind = [], state = [], sender = null, text = null, trade, notSentTo } = options;
  const from = options.from === undefined ? null : parseDate(options.from, '--from', 'start', zone);
  const to = options.to === undefined ? null : parseDate(options.to, end, 'end', zone);
  if (from !== null && to !== null && from >= to) {
    throw usage(`--from must be before ${end}`, 'Swap the two dates.');
  }
  const rare = { ...(trade && { trades: trade }), ...(notSentTo && { notSentTo }) };
  return { accountId: account, chatIds: chat, kinds: kind, states: state, from, to, sender, text, ...rare };
}

/** Says what in the words asked for cannot be searched, as long as there is any. */
export function sayUnsearchable(answers: Pick<Answers, 'word'>, text: string | null): void {
  const pieces = unsearchableIn(text ?? '');
  if (pieces.length > 0) {
    answers.word(
      `${safe(pieces.join(' '))} cannot be searched: only letters, digits and emoji can. Leave it out, or look for the words around it.`,
    );
  }
}
