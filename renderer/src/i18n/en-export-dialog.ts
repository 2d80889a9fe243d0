/** The dialog of exporting. */
import type {
  EXPORT_CONFLICTS,
  EXPORT_LAYOUTS,
  EXPORT_LINKS,
  EXPORT_MESSAGES,
  EXPORT_SIDECARS,
  EXPORT_TOKENS,
} from '../../../main/contract/export-shapes.ts';
import type { LedgerState } from '../../../main/contract/model.ts';
import { count } from './en-count.ts';

type Words<Name extends string> = Record<Name, string>;

export const exportDialog = {
  export: 'Export',
  exportChat: 'Export this chat',
  exportMatching: 'Export everything that matches',
  exportAll: 'Export all items',
  exportSelection: 'Export the selection',
  title: (number: number, shown: string): string => `Export ${count(number, shown, 'item', 'items')}`,
  selection: 'Selection',
  start: (number: number, shown: string): string => `Export ${count(number, shown, 'file', 'files')}`,
  starting: 'Starting',
  started: (folder: string): string => `Export into ${folder} started`,

  layout: 'Layout',
  layouts: {
    flat: 'Flat',
    'by-chat': 'By chat',
    'by-month': 'By month',
    'by-kind': 'By kind',
    'by-message': 'By message',
  } satisfies Words<keyof typeof EXPORT_LAYOUTS>,
  layoutTexts: {
    flat: 'All files in one folder',
    'by-chat': 'A folder for each chat',
    'by-month': 'Year, then month',
    'by-kind': 'Photos, videos, audio',
    'by-message': 'A folder for each message',
  } satisfies Words<keyof typeof EXPORT_LAYOUTS>,
  template: 'Template',
  templateEdit: 'Edits make a layout of your own',
  templateOwn: 'A layout of your own',
  insert: 'Insert',
  insertToken: 'Insert a token',
  tokens: {
    chat: 'Name of the chat',
    chatId: 'Number of the chat',
    sender: 'Who sent it',
    date: 'When it was sent',
    localDate: 'When it was sent, local time',
    utcDate: 'When it was sent, UTC',
    messageId: 'Number of the message',
    mediaId: 'Number of the item',
    position: 'Place in its message',
    kind: 'Photo, video, GIF, audio',
    name: 'Kind and number',
    ext: 'Extension, for a folder',
    label: 'First label',
    counter: 'Number in this export',
  } satisfies Words<(typeof EXPORT_TOKENS)[number]>,
  filters: 'Filters go behind a bar:',
  filterList: '{sender|upper} {chat|lower} {counter|pad:5} {chat|trim:30}',
  slash: 'A slash begins a folder. The extension is added by itself.',

  conflict: 'When a name exists',
  conflicts: { skip: 'Skip', rename: 'Rename', overwrite: 'Replace', fail: 'Stop' } satisfies Words<
    (typeof EXPORT_CONFLICTS)[number]
  >,
  conflictTexts: {
    skip: 'A file that is not of this export stays, and the item is left out.',
    rename: 'The exported file gets the number of its item behind its name.',
    overwrite: 'Files that are not of this export are replaced. This cannot be undone.',
    fail: 'Nothing is written when any name is taken.',
  } satisfies Words<(typeof EXPORT_CONFLICTS)[number]>,
  files: 'Files',
  links: { auto: 'Automatic', reflink: 'Shared', hardlink: 'Hard link', copy: 'Copy' } satisfies Words<
    (typeof EXPORT_LINKS)[number]
  >,
  linkTexts: {
    auto: 'Shared with the library where the disk can, else copied.',
    reflink: 'Take no room. Needs a disk with copy-on-write, the one of the library.',
    hardlink: 'A program that changes an exported file changes the library too. For targets that are only read.',
    copy: 'Independent of the library.',
  } satisfies Words<(typeof EXPORT_LINKS)[number]>,
  also: 'Also write',
  advanced: 'Advanced',
  sidecars: {
    html: 'Web gallery',
    csv: 'Spreadsheet',
    json: 'Data (JSON)',
    'item-json': 'Data for each file',
  } satisfies Words<(typeof EXPORT_SIDECARS)[number]>,
  conversation: 'Messages',
  conversations: { none: 'None', 'with-media': 'With items', all: 'All' } satisfies Words<
    (typeof EXPORT_MESSAGES)[number]
  >,
  conversationTexts: {
    none: 'The words of each item stand in the gallery and the lists.',
    'with-media': 'The messages that carry these items, as JSON and CSV, and in the gallery.',
    all: 'Every kept message of these chats and dates, as JSON and CSV, and in the gallery.',
  } satisfies Words<(typeof EXPORT_MESSAGES)[number]>,
  csvBom: 'For Excel (with BOM)',
  package: 'Package',
  packages: { folder: 'Folder', zip: 'ZIP', bag: 'BagIt' },
  zipSize: 'Split at',
  zipUnit: 'GB',
  zipSizeHint: 'Empty: one file',
  zipSizeWrong: 'A number of GB, at least 0.001.',
  zipBag: 'BagIt bag inside',

  presets: 'Presets',
  presetNone: 'No presets yet',
  presetName: 'Name of the preset',
  presetReplaces: 'Replaces the preset of this name.',
  presetReplace: 'Replace',
  presetRemove: (name: string): string => `Remove preset ${name}`,
  presetRemoved: (name: string): string => `Preset ${name} removed`,

  target: 'Folder',
  targetPlaceholder: 'Path of a folder',
  choose: 'Choose…',
  pickTitle: 'Where to export to',
  targets: 'Earlier folders',
  newFolder: 'New folder',
  useFresh: 'Use a new folder',

  result: 'Result',
  tree: 'Files and folders as they will be',
  totals: (files: string, folders: string, bytes: string): string => `${files} · ${folders} · ${bytes}`,
  folders: (number: number, shown: string): string => count(number, shown, 'folder', 'folders'),
  more: (shown: string): string => `${shown} more`,
  moreFolders: (number: number, shown: string): string => count(number, shown, 'more folder', 'more folders'),
  renamed: 'Renamed',
  shortened: 'Shortened',
  isThere: 'There already',
  planning: 'Planning',
  plannedBefore: 'Preview from before the change',
  previewOfValid: 'Preview from the last valid template',
  plannedNothing: 'The result appears here.',
  noTarget: 'Choose a folder to see the result.',
  nothingTitle: 'Nothing to export',
  nothingText: 'None of these items is stored.',

  there: (number: number, shown: string): string =>
    `${count(number, shown, 'file stands', 'files stand')} there already and ${number === 1 ? 'stays' : 'stay'}.`,
  clashes: (number: number, shown: string): string => count(number, shown, 'name clashes.', 'names clash.'),
  clashesText: 'The number of the item is added.',
  trimmed: (number: number, shown: string): string => count(number, shown, 'name is too long', 'names are too long'),
  trimmedText: 'and shortened to fit.',
  impossible: (number: number, shown: string): string => count(number, shown, 'file cannot be', 'files cannot be'),
  impossibleText: 'written there:',
  unavailable: (number: number, shown: string): string =>
    count(number, shown, 'item is not stored', 'items are not stored'),
  unavailableText: (number: number): string => (number === 1 ? 'and stays out:' : 'and stay out:'),
  reasons: {
    stored: (shown: string): string => `${shown} stored`,
    pending: (shown: string): string => `${shown} pending`,
    locked: (shown: string): string => `${shown} locked`,
    notReady: (shown: string): string => `${shown} not ready`,
    protected: (shown: string): string => `${shown} protected`,
    gone: (shown: string): string => `${shown} gone`,
    failed: (shown: string): string => `${shown} failed`,
  } satisfies Record<LedgerState, (shown: string) => string>,
  otherReasons: {
    too_long: (shown: string): string => `${shown} with a path too long`,
    too_large: (shown: string): string => `${shown} too large for the file system`,
    name_taken: (shown: string): string => `${shown} without a free name`,
  },
  otherReason: (shown: string): string => `${shown} for another reason`,
  item: (id: string): string => `Item ${id}`,

  room: (need: string, free: string): string => `${need} of ${free} free`,
  roomFree: (free: string): string => `${free} free`,
  noRoom: (need: string, spare: string, free: string): string =>
    `Needs ${need} and ${spare} to spare; ${free} are free.`,
  noRoomText: 'Free some space there, choose another folder, or export less.',
};
