import type { MediaEntry } from '../../../main/contract/shapes.ts';
import type { AppModel } from '../state/app-model.svelte.ts';
import { format, t } from '../i18n/index.ts';

/** A tile in words, for those who do not see it: everything its picture and badges show. */
export function tileLabel(app: AppModel, entry: MediaEntry, withChat: boolean): string {
  const share = app.transfers.get(entry.id) ?? null;
  const state = entry.state === 'stored' && entry.serviceState === 'gone' ? t.timeline.kept : t.states[entry.state];
  return t.timeline.tile(
    t.kinds[entry.kind],
    withChat ? app.nameOf(entry.accountId, entry.chatId) : '',
    format.dateTime(entry.sentAt),
    share === null ? state : `${state} ${format.percent(share)}`,
    entry.durationMs === null ? null : format.length(entry.durationMs),
    entry.favourite ? t.viewer.favourite : null,
  );
}
