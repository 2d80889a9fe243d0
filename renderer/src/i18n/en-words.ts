/** Words for the closed lists of the contract and of the app, in English. */
import type { WireErrorCode } from '../../../main/contract/errors.ts';
import type { LedgerState, MediaKind, Trade } from '../../../main/contract/model.ts';
import type {
  ChatState,
  HistoryState,
  MediaShape,
  NextStep,
  PauseReason,
  RunOutcome,
  SyncWait,
} from '../../../main/contract/shapes.ts';
import type { LengthRange, SizeRange } from '../lib/filter.ts';
import type { ShortcutGroup, ShortcutId } from '../lib/keyboard.ts';
import type { SettingsSection, SetupStep } from '../lib/route.ts';

export const kinds: Record<MediaKind, string> = {
  photo: 'Photo',
  video: 'Video',
  gif: 'GIF',
  audio: 'Audio',
  other: 'Other',
};
export const kindsMany: Record<MediaKind, string> = {
  photo: 'Photos',
  video: 'Videos',
  gif: 'GIFs',
  audio: 'Audio',
  other: 'Other',
};
export const states: Record<LedgerState, string> = {
  stored: 'Stored',
  pending: 'Pending',
  locked: 'Locked',
  notReady: 'Not ready',
  protected: 'Protected',
  gone: 'Gone',
  failed: 'Failed',
};
export const history: Record<HistoryState, string> = {
  ...states,
  viewable: 'Pending',
  preview: 'Locked, with a preview',
  replaced: 'Stored again, another file',
  other: 'Another file under this number in another chat, kept too',
  removed: 'Removed from the library',
  restored: 'Restored from the trash',
};
export const chatStates: Record<ChatState, string> = {
  complete: 'Complete',
  syncing: 'Syncing',
  behind: 'Behind the service',
  needsAttention: 'Needs attention',
};
export const outcomes: Record<RunOutcome, string> = {
  complete: 'Complete',
  partial: 'Partly done',
  interrupted: 'Stopped',
  paused: 'Paused',
  failed: 'Failed',
};
export const nextSteps: Record<NextStep, string> = {
  none: '',
  syncAgain: 'Sync again',
  listAgain: 'List the pages again',
  freeSpace: 'Free space, then sync',
  renewKey: 'Enter the key again',
  renewConnection: 'Renew the connection',
};
export const pauses: Record<PauseReason, string> = {
  person: 'Paused',
  diskSpace: 'Paused: disk space',
  libraryAway: 'Paused: library folder away',
  offline: 'Paused: offline',
  suspended: 'Paused: the computer slept',
};
export const waits: Record<
  SyncWait['kind'],
  { title: string; text: (seconds: string | null, perMinute: string | null) => string }
> = {
  rateLimit: {
    title: 'Waiting for the service',
    text: (seconds, perMinute) =>
      `${perMinute === null ? 'The limit of requests' : `The limit of ${perMinute} requests a minute`} is reached. ${seconds === null ? 'Listing goes on soon' : `Listing goes on in ${seconds}`}; downloads continue.`,
  },
  serviceError: {
    title: 'The service does not answer',
    text: (seconds) => (seconds === null ? 'It is tried again by itself.' : `It is tried again in ${seconds}.`),
  },
  hostError: {
    title: 'The media host refuses files',
    text: (seconds) =>
      seconds === null ? 'Fresh addresses are listed.' : `Fresh addresses are asked for in ${seconds}.`,
  },
  libraryAway: {
    title: 'The library folder is away',
    text: () => 'Connect its drive, and check that the folder can be written. The sync then goes on. Nothing is lost.',
  },
  diskSpace: {
    title: 'The disk is nearly full',
    text: () => 'Free some space or lower the reserve in the settings. Nothing is lost.',
  },
};

/** Titles of errors by their code; null = the message of the error is the best there is. */
export const errors: Record<WireErrorCode, string | null> = {
  usage: null,
  key_refused: 'The service refused the API key',
  connection_refused: 'The connection no longer works',
  permission_missing: 'A permission is missing',
  service_unreachable: "Can't reach OFAuth",
  service_unusable: 'The service answered something unusable',
  links_refused: 'The media host refuses new links',
  chat_unknown: 'No such chat',
  library_locked: 'The library is open in another window or program',
  library_newer: 'The library was made by a newer Chatkeep',
  library_damaged: 'The library is damaged',
  library_not_one: 'This folder is not a library',
  library_unwritable: 'The folder cannot be written',
  disk_full: 'The disk is full',
  media_offline: 'The folder of the library is away',
  account_unknown: 'No such account',
  account_missing: 'No account is set up',
  target_unusable: 'The target folder cannot be used',
  keystore_unusable: 'The keystore cannot be used',
  interrupted: 'It was stopped',
  aborted: 'It was given up',
  bad_input: 'The request was not understood',
  unknown_call: 'This version cannot do that',
  not_found: 'It is no longer here',
  busy: 'Something else is under way',
  unsupported: 'It is not possible here',
  disconnected: 'Chatkeep does not answer',
  unauthorised: 'This page is not signed in',
  internal: 'An unexpected fault',
};

export const shortcuts: Record<ShortcutId, string> = {
  palette: 'Commands, chats and places',
  search: 'Search',
  shortcuts: 'Shortcuts',
  blur: 'Blur and mute all media',
  sidebar: 'Show or hide the sidebar',
  settings: 'Settings',
  activity: 'Activity',
  pause: 'Pause or continue the sync',
  back: 'Back',
  undo: 'Undo',
  redo: 'Redo',
  tilesCompact: 'Small tiles',
  tilesNormal: 'Medium tiles',
  tilesLarge: 'Large tiles',
  menu: 'Commands for what has the focus',
  view: 'Grid or list',
  zoomOut: 'Months, then years',
  zoomIn: 'Back to months, then the grid',
  label: 'Label',
  export: 'Export',
  remove: 'Remove from library',
  move: 'Move between items',
  open: 'Open',
  month: 'One month or page further',
  newest: 'First',
  oldest: 'Last',
  goToDate: 'Go to a date',
  select: 'Select',
  selectDay: 'Select the day',
  selectRange: 'Select from item to item',
  selectAll: 'Select all',
  unselect: 'Select nothing',
  favourite: 'Favourite',
  newer: 'Newer item',
  older: 'Older item',
  close: 'Close',
  play: 'Play or pause',
  info: 'Show or hide details',
  conversation: 'Show in conversation',
  heart: 'Favourite',
  copy: 'Copy the picture',
  folder: 'Show in folder',
  zoom: 'Zoom',
  slideshow: 'Slideshow',
  fullScreen: 'Full screen',
  find: 'Search in this chat',
  findOlder: 'Older message with these words',
  findNewer: 'Newer message with these words',
};
export const lengths: Record<LengthRange, string> = {
  'under-10s': 'Under 10 seconds',
  '10s-1m': '10 seconds to 1 minute',
  '1m-5m': '1 to 5 minutes',
  'over-5m': 'Over 5 minutes',
};
export const sizes: Record<SizeRange, string> = {
  'under-1mb': 'Under 1 MB',
  '1mb-10mb': '1 to 10 MB',
  '10mb-100mb': '10 to 100 MB',
  'over-100mb': 'Over 100 MB',
};
export const trades: Record<Trade, string> = {
  free: 'Free',
  offered: 'Offered',
  bought: 'Bought, as noticed',
  tip: 'Tip',
  unopened: 'Not opened',
};
export const shapes: Record<MediaShape, string> = {
  portrait: 'Upright',
  landscape: 'Wide',
  square: 'Square',
};
export const shortcutGroups: Record<ShortcutGroup, string> = {
  everywhere: 'Everywhere',
  media: 'Media',
  selection: 'Selected or focused',
  viewer: 'Viewer',
  conversation: 'Conversation',
};
export const sections: Record<SettingsSection, string> = {
  accounts: 'Accounts',
  sync: 'Sync',
  appearance: 'Appearance',
  privacy: 'Privacy',
  shortcuts: 'Shortcuts',
  about: 'About',
};
export const steps: Record<SetupStep, { name: string; text: string }> = {
  library: { name: 'Library', text: 'Where everything is kept' },
  key: { name: 'API key', text: 'Tested at once' },
  connection: { name: 'Connection', text: 'Whose chats' },
  chats: { name: 'Chats', text: 'Choose what to keep' },
};
