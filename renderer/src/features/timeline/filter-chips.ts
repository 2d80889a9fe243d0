/** The filters of a timeline as chips: the value, the options and the change of each. */
import { FAVOURITE, type Label } from '../../../../main/contract/browse-shapes.ts';
import { LEDGER_STATES, MEDIA_KINDS, TRADES } from '../../../../main/contract/model.ts';
import { MEDIA_SHAPES } from '../../../../main/contract/shapes.ts';
import { format, t } from '../../i18n/index.ts';
import { LENGTH_RANGES, SIZE_RANGES, type Filter } from '../../lib/filter.ts';

export interface ChipOption {
  readonly id: string;
  readonly label: string;
  readonly checked: boolean;
  /** Named once above the first of several that have it in common. */
  readonly group?: string;
}

export interface Chip {
  readonly label: string;
  /** Null = not set. */
  readonly value: string | null;
  readonly options: readonly ChipOption[];
  /** One option at the most is chosen. */
  readonly single?: boolean;
  /** It has a chip of its own only while it is set; else it is in a menu with others. */
  readonly rare?: boolean;
  /** The filter in which an option stands alone; without it, options are not counted. */
  readonly alone?: (id: string) => Partial<Filter>;
  readonly pick: (id: string) => Partial<Filter>;
  readonly none: Partial<Filter>;
}

export interface ChipFacts {
  readonly filter: Filter;
  /** Chats in their order, by name. */
  readonly chats: readonly { readonly id: number; readonly name: string }[];
  /** The chat whose place is shown; null = all. */
  readonly chatId: number | null;
  readonly labels: readonly Pick<Label, 'id' | 'name'>[];
}

/** Any number of a closed list, in its order. */
function several<Value extends string>(
  label: string,
  [all, names]: readonly [readonly Value[], Readonly<Record<Value, string>>],
  chosen: readonly Value[],
  change: (values: readonly Value[]) => Partial<Filter>,
): Chip {
  return {
    label,
    value: chosen.length === 0 ? null : format.list(chosen.map((value) => names[value])),
    options: all.map((id) => ({ id, label: names[id], checked: chosen.includes(id) })),
    alone: (id) => change(all.filter((value) => value === id)),
    pick: (id) => change(all.filter((value) => (value === id) !== chosen.includes(value))),
    none: change([]),
  };
}

/** One of a closed list. */
function single<Value extends string>(
  label: string,
  [all, names]: readonly [readonly Value[], Readonly<Record<Value, string>>],
  chosen: Value | null,
  change: (value: Value | null) => Partial<Filter>,
): Chip {
  return {
    label,
    value: chosen === null ? null : names[chosen],
    options: all.map((id) => ({ id, label: names[id], checked: chosen === id })),
    single: true,
    pick: (id) => change(all.find((value) => value === id) ?? null),
    none: change(null),
  };
}

/** Any number of what has an id. */
function numbered(
  label: string,
  all: readonly { readonly id: number; readonly name: string }[],
  chosen: readonly number[],
  change: (ids: readonly number[]) => Partial<Filter>,
): Omit<Chip, 'value'> {
  return {
    label,
    options: all.map(({ id, name }) => ({ id: String(id), label: name, checked: chosen.includes(id) })),
    alone: (id) => change([Number(id)]),
    pick: (id) =>
      change(chosen.includes(Number(id)) ? chosen.filter((each) => each !== Number(id)) : [...chosen, Number(id)]),
    none: change([]),
  };
}

/** The chips by what they filter, and whether each is set. */
export function chipsOf({ filter, chats, chatId, labels }: ChipFacts) {
  const nameIn = (list: ChipFacts['chats'], id: number, other: string): string =>
    list.find((each) => each.id === id)?.name ?? other;
  const chatName = (id: number): string => nameIn(chats, id, t.common.unnamedChat(String(id)));
  const [first] = filter.chatIds;
  const marks = [{ id: FAVOURITE, name: t.sidebar.favourites }, ...labels];
  const label = numbered(t.filters.label, marks, filter.labels, (ids) => ({ labels: ids }));
  const sender = single(
    t.filters.sender,
    [['them', 'me'], { them: t.filters.fromThem, me: t.filters.fromMe }],
    filter.sender,
    (value) => ({ sender: value }),
  );
  const lacking = chats.filter(({ id }) => id !== chatId);
  return {
    chat: {
      ...numbered(t.filters.chat, chats, filter.chatIds, (chatIds) => ({ chatIds })),
      value:
        first === undefined
          ? null
          : filter.chatIds.length === 1
            ? chatName(first)
            : t.filters.chosen(filter.chatIds.length),
    },
    kind: several(t.filters.kind, [MEDIA_KINDS, t.kindsMany], filter.kinds, (kinds) => ({ kinds })),
    sender: { ...sender, alone: sender.pick },
    state: several(t.filters.state, [LEDGER_STATES, t.states], filter.states, (states) => ({ states })),
    label: {
      ...label,
      value:
        filter.labels.length === 0 && !filter.noted
          ? null
          : format.list([
              ...filter.labels.map((id) => nameIn(marks, id, t.filters.label)),
              ...(filter.noted ? [t.filters.noted] : []),
            ]),
      options: [...label.options, { id: 'note', label: t.filters.noted, checked: filter.noted }],
      alone: (id) => (id === 'note' ? { noted: true, labels: [] } : { labels: [Number(id)], noted: false }),
      pick: (id) => (id === 'note' ? { noted: !filter.noted } : label.pick(id)),
      none: { labels: [], noted: false },
    },
    length: single(t.filters.length, [LENGTH_RANGES, t.lengths], filter.length, (length) => ({ length })),
    size: single(t.filters.size, [SIZE_RANGES, t.sizes], filter.size, (size) => ({ size })),
    shape: single(t.filters.shape, [MEDIA_SHAPES, t.shapes], filter.shape, (shape) => ({ shape })),
    trade: { ...several(t.filters.trade, [TRADES, t.trades], filter.trades, (trades) => ({ trades })), rare: true },
    notSentTo: {
      ...numbered(t.filters.notSentTo, lacking, filter.notSentTo, (notSentTo) => ({ notSentTo })),
      alone: undefined,
      rare: true,
      value: filter.notSentTo.length === 0 ? null : t.filters.notSent(format.list(filter.notSentTo.map(chatName))),
    },
    words: {
      label: t.filters.words(filter.text ?? ''),
      value: filter.text === null ? null : t.filters.words(filter.text),
      options: [],
      pick: () => ({}),
      none: { text: null },
    },
  } satisfies Record<string, Chip>;
}

/** Several chips as one menu, each a group of it. A chosen option of a single choice is unset by picking it. */
export function gathered(label: string, chips: readonly Chip[]): Chip {
  const idOf = (index: number, id: string): string => `${String(index)} ${id}`;
  return {
    label,
    value: null,
    options: chips.flatMap(({ label: group, options }, index) =>
      options.map((option) => ({ ...option, id: idOf(index, option.id), group })),
    ),
    pick: (picked) => {
      for (const [index, chip] of chips.entries()) {
        const option = chip.options.find(({ id }) => idOf(index, id) === picked);
        if (option !== undefined) {
          return chip.single === true && option.checked ? chip.none : chip.pick(option.id);
        }
      }
      return {};
    },
    none: {},
  };
}
