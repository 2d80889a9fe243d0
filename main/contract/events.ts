/**
 * Events of the app. An event names the kind of change, never the rows: a screen that shows them asks again.
 * Frequent ones are coalesced by the app (at most some a second), so the last one is always the truth.
 */
import type { UpdateStatus } from './about-shapes.ts';
import type { LibraryCopy } from './backup-shapes.ts';
import type { WireError } from './errors.ts';
import type { CheckReport, ExportCheckProgress, ExportStatus, Settings, SyncStatus } from './shapes.ts';

export interface Events {
  /** At most four a second while a sync runs, and once at every change of state. */
  'sync.progress': SyncStatus;
  /** Media, messages or chats changed. */
  'library.changed': LibraryChange;
  /** Favourites, labels, notes, kept searches or the trash changed. */
  'labels.changed': Readonly<Record<string, never>>;
  /** Colours of pictures were found: layouts of media have them now. */
  'colours.changed': Readonly<Record<string, never>>;
  /** An account was added, removed, changed or needs attention; `accountId` null = the list as a whole. */
  'account.changed': { readonly accountId: number | null };
  'settings.changed': Settings;
  'check.progress': CheckReport;
  /** At most four a second while an export runs, and once at every change of state. */
  'export.progress': ExportStatus;
  /** At most four a second while an exported folder is checked. */
  'export.checking': ExportCheckProgress;
  /** At most four a second while the library is copied, and once at its end. */
  'backup.progress': LibraryCopy;
  'updates.changed': UpdateStatus;
  /** The app's state (`AppInfo.state`) changed, e.g. after the library was chosen. */
  'app.changed': Readonly<Record<string, never>>;
  /** The app cannot continue. The page says what happened and what to do, and asks nothing more. */
  'app.fatal': WireError;
}

export interface LibraryChange {
  readonly accountId: number | null;
  /** Chats concerned; null = may be any. At most 100, else null. */
  readonly chatIds: readonly number[] | null;
  /** Months (`2025-06`) whose counts or items changed; null = may be any. */
  readonly months: readonly string[] | null;
  /** True when the list of chats (names, order, states) changed. */
  readonly chats: boolean;
}

export type EventName = keyof Events;

const names: Readonly<Record<EventName, true>> = {
  'sync.progress': true,
  'library.changed': true,
  'labels.changed': true,
  'colours.changed': true,
  'account.changed': true,
  'settings.changed': true,
  'check.progress': true,
  'export.progress': true,
  'export.checking': true,
  'backup.progress': true,
  'updates.changed': true,
  'app.changed': true,
  'app.fatal': true,
};

export const isEventName = (name: unknown): name is EventName => typeof name === 'string' && Object.hasOwn(names, name);
export const EVENT_NAMES: readonly EventName[] = Object.keys(names).filter(isEventName);
