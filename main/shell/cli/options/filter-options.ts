import type { Command } from 'commander';
import { unsearchableIn } from '../../../contract/search-text.ts';
import { MEDIA_KINDS, TRADES } from '../../../contract/model.ts';
import type { MediaFilter } from '../../../contract/shapes.ts';
import type { Zone } from '../../../contract/time-zone.ts';
import type { Answers } from '../terminal/answers.ts';
import { safe } from '../terminal/format.ts';
import { collect } from './command.ts';
import { parseDate, parseId, parseOneOf, parseState, usage } from './parse.ts';

const SENDERS = ['me', 'them'] as const;

/** The options that choose media, for every command that works on a selection. */
export interface FilterOptions {
  readonly chat?: readonly string[];
  readonly kind?: readonly string[];
  readonly state?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly sender?: string;
  readonly text?: string;
  readonly account?: string;
  readonly trade?: readonly string[];
  readonly notSentTo?: readonly string[];
}

/** `end`: the option for the end of a span of time; `export` has another use for `--to`. */
export function addFilterOptions(command: Command, end: 'to' | 'until' = 'to'): Command {
  return command
    .option('--chat <id>', 'only this chat; may be repeated', collect)
    .option('--kind <kind>', `${MEDIA_KINDS.join(', ')}; may be repeated`, collect)
    .option(
      '--state <state>',
      'stored, locked, not-ready, protected, gone, failed or pending; may be repeated',
      collect,
    )
    .option('--from <date>', 'sent at or after: 2025-06-01 or 2025-06-01T14:30Z')
    .option(`--${end} <date>`, 'sent before this time, or up to the end of this day (UTC, or that of --time-zone)')
    .option('--sender <who>', 'me or them')
    .option('--text <query>', 'words of the message')
    .option('--account <id>', 'only this account')
    .option('--trade <terms>', `terms of the message: ${TRADES.join(', ')}; may be repeated`, collect)
    .option('--not-sent-to <id>', 'not in this chat; may be repeated', collect);
}

/** AppError `usage` for anything senseless. */
export function readFilter(options: FilterOptions, zone: Zone, end: '--to' | '--until' = '--to'): MediaFilter {
  const from = options.from === undefined ? null : parseDate(options.from, '--from', 'start', zone);
  const to = options.to === undefined ? null : parseDate(options.to, end, 'end', zone);
  if (from !== null && to !== null && from >= to) {
    throw usage(`--from must be before ${end}`, 'Swap the two dates.');
  }
  return {
    accountId: options.account === undefined ? null : parseId(options.account, '--account'),
    chatIds: (options.chat ?? []).map((id) => parseId(id, '--chat')),
    kinds: (options.kind ?? []).map((kind) => parseOneOf(kind, '--kind', MEDIA_KINDS)),
    states: (options.state ?? []).map((state) => parseState(state, '--state')),
    from,
    to,
    sender: options.sender === undefined ? null : parseOneOf(options.sender, '--sender', SENDERS),
    text: options.text ?? null,
    ...(options.trade !== undefined && {
      trades: options.trade.map((trade) => parseOneOf(trade, '--trade', TRADES)),
    }),
    ...(options.notSentTo !== undefined && {
      notSentTo: options.notSentTo.map((id) => parseId(id, '--not-sent-to')),
    }),
  };
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
