/** The words of the field, shared by every world: main, preload and renderer. Types and closed lists only. */

/** The kind of a media item. The service says photo, video, gif or audio; any other value becomes `other`. */
export const MEDIA_KINDS = ['photo', 'video', 'gif', 'audio', 'other'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

/**
 * The service's state of a media item at its last listing.
 * `preview`: the item itself is locked but a preview is offered. `gone`: it vanished from the service.
 */
export const MEDIA_STATES = ['viewable', 'preview', 'locked', 'notReady', 'protected', 'gone'] as const;
export type MediaState = (typeof MEDIA_STATES)[number];

/** The columns of the ledger; every listed media item is in exactly one of them. */
/**
 * The terms of a message as the service tells them; several may hold. `bought` is what was noticed: a message that costs and is open.
 * `offered`: it costs and is not. `unopened`: the service says that nobody has opened it.
 */
export const TRADES = ['free', 'offered', 'bought', 'tip', 'unopened'] as const;
export type Trade = (typeof TRADES)[number];

export const LEDGER_STATES = ['stored', 'locked', 'notReady', 'protected', 'gone', 'failed', 'pending'] as const;
export type LedgerState = (typeof LEDGER_STATES)[number];

/** `listed` is always the sum of the other columns. */
export type Ledger = { readonly listed: number } & Readonly<Record<LedgerState, number>>;

/** The renditions of a media item that are kept. `full` is the item itself. */
export const VARIANTS = ['full', 'preview', 'thumb'] as const;
export type Variant = (typeof VARIANTS)[number];

/** The service's own filters, as one coverage key: '' is the unfiltered pass. */
export const MEDIA_TYPES = ['photos', 'videos', 'audios'] as const;
export type MediaTypeFilter = (typeof MEDIA_TYPES)[number];

/** The kinds of change in a chat, as a closed list for the `changes` command and the history of an item. */
export const CHANGE_FIELDS = [
  'message.text',
  'message.gone',
  'message.back',
  /** A message that costs was noticed to be open; `after` is its price. */
  'message.bought',
  'media.state',
  'media.removed',
  'media.restored',
  'media.deleted',
  'chat.name',
  'person.name',
  'file.stored',
  'file.replaced',
  'file.other',
] as const;

export type ChangeField = (typeof CHANGE_FIELDS)[number];

/**
 * The oddity of a stored file whose bytes the host has confirmed. `no_end`: its end marker is missing. `cut_inside`: a part inside claims
 * to be longer than the file. `no_index`: a film without the index that players need.
 */
export const ODD_KINDS = ['no_end', 'cut_inside', 'no_index'] as const;
export type OddKind = (typeof ODD_KINDS)[number];
