import type { MediaEntry } from '../../../main/contract/shapes.ts';
import type { AppModel } from '../state/app-model.svelte.ts';
import { format, t } from '../i18n/index.ts';

/** The kind in words. Of a locked item the service may tell none. */
export const kindOf = ({ kind, state }: Pick<MediaEntry, 'kind' | 'state'>): string =>
  kind === 'other' && state === 'locked' ? t.viewer.unknownKind : t.kinds[kind];

/** A tile in words, for those who do not see it: everything its picture and badges show. */
export function tileLabel(app: AppModel, entry: MediaEntry, withChat: boolean): string {
  const share = app.transfers.get(entry.id) ?? null;
  const state = entry.state === 'stored' && entry.serviceState === 'gone' ? t.timeline.kept : t.states[entry.state];
  return t.timeline.tile(
    kindOf(entry),
    withChat ? app.nameOf(entry.accountId, entry.chatId) : '',
    format.dateTime(entry.sentAt),
    share === null ? state : `${state} ${format.percent(share)}`,
    entry.durationMs === null ? null : format.length(entry.durationMs),
    entry.favourite ? t.viewer.favourite : null,
  );
}
