/** Changes of favourites and labels, each with a toast that undoes it. */
import { FAVOURITE, type Label, type MediaSelection } from '../../../main/contract/browse-shapes.ts';
import type { MediaEntry } from '../../../main/contract/shapes.ts';
import { EVERYTHING } from '../../../main/contract/shapes.ts';
import type { AppModel } from './app-model.svelte.ts';
import { format, t } from '../i18n/index.ts';
import { drop } from '../lib/drop.ts';

export const selectionOfOne = (entry: Pick<MediaEntry, 'accountId' | 'id'>): MediaSelection => ({
  filter: EVERYTHING,
  spans: [],
  include: [{ accountId: entry.accountId, mediaId: entry.id }],
  exclude: [],
});

export const labelName = (app: AppModel, id: number): string =>
  id === FAVOURITE
    ? t.sidebar.favourites
    : (app.labels.labels.find((label) => label.id === id)?.name ?? t.filters.label);

/** Puts a label on what is selected, or takes it off, and says so. Resolves with whether it was done. */
export async function applyLabel(
  app: AppModel,
  selection: MediaSelection,
  labelId: number,
  on: boolean,
): Promise<boolean> {
  const change = await app.act('labels.apply', { selection, labelId, on });
  if (change === null) {
    return false;
  }
  const { changed, undo } = change;
  const shown = format.number(changed);
  const name = labelName(app, labelId);
  const said =
    changed === 0
      ? t.selection.unchanged
      : labelId === FAVOURITE
        ? on
          ? t.selection.favoured(changed, shown)
          : t.selection.unfavoured(changed, shown)
        : on
          ? t.selection.labelled(changed, shown, name)
          : t.selection.unlabelled(changed, shown, name);
  app.toasts.say(
    said,
    undo === null
      ? null
      : () => {
          drop(app.did('labels.undo', { undo }));
        },
  );
  return true;
}

/** The label of this name, made if there is none; null when it could not be made. */
export async function makeLabel(app: AppModel, name: string): Promise<number | null> {
  const made = name.trim() === '' ? null : await app.act('labels.save', { id: null, name: name.trim() });
  if (made !== null) {
    await app.loadLabels();
  }
  return made?.id ?? null;
}

export function askLabelName(app: AppModel, { id, name: old }: Label): void {
  app.prompt = {
    title: t.menu.rename,
    label: t.sidebar.labelName,
    value: old,
    most: 60,
    save: async (name) => (await app.act('labels.save', { id, name })) !== null,
  };
}

/** Removes a label; it can be brought back with its media. */
export async function removeLabel(app: AppModel, { id, name }: Label): Promise<void> {
  if (await app.did('labels.remove', { id })) {
    app.toasts.say(t.sidebar.labelRemoved(name), () => {
      drop(app.did('labels.restore', { id }));
    });
  }
}
