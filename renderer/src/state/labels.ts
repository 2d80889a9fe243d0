/** Changes of favourites and labels, each a step that can be undone. */
import { FAVOURITE, type Label, type MediaSelection } from '../../../main/contract/browse-shapes.ts';
import type { MediaEntry } from '../../../main/contract/shapes.ts';
import { EVERYTHING } from '../../../main/contract/shapes.ts';
import type { AppModel } from './app-model.svelte.ts';
import { t } from '../i18n/index.ts';

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

/** Puts a label on what is selected, or takes it off, and says so. */
export const applyLabel = (app: AppModel, selection: MediaSelection, labelId: number, on: boolean): Promise<void> =>
  change(app, selection, labelId, [on]);

/** Puts the heart on what is selected; where everything has it, takes it off. Says which. */
export const toggleFavourite = (app: AppModel, selection: MediaSelection): Promise<void> =>
  change(app, selection, FAVOURITE, [true, false]);

/** Tries each of `ways` until one changes something. */
async function change(
  app: AppModel,
  selection: MediaSelection,
  labelId: number,
  ways: readonly boolean[],
): Promise<void> {
  const name = labelName(app, labelId);
  let undo: number | null = null;
  const apply = async (): Promise<string | null> => {
    let text = null;
    for (const on of ways) {
      const done = await app.act('labels.apply', { selection, labelId, on });
      if (done === null) {
        return null;
      }
      ({ undo } = done);
      text = wordsOf(labelId, name, on, done.changed);
      if (done.changed > 0) {
        break;
      }
    }
    return text;
  };
  const text = await apply();
  if (text === null) {
    return;
  }
  if (undo === null) {
    app.toasts.say(text);
    return;
  }
  app.undo.did({
    text,
    owner: null,
    undo: async () => (undo !== null && (await app.did('labels.undo', { undo })) ? t.undo.undone(text) : null),
    redo: apply,
  });
}

function wordsOf(labelId: number, name: string, on: boolean, changed: number): string {
  if (changed === 0) {
    return t.selection.unchanged;
  }
  return labelId === FAVOURITE
    ? (on ? t.selection.favoured : t.selection.unfavoured)(changed)
    : (on ? t.selection.labelled : t.selection.unlabelled)(changed, name);
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
export const removeLabel = (app: AppModel, { id, name }: Label): Promise<void> =>
  removeKept(app, t.sidebar.labelRemoved(name), ['labels.remove', 'labels.restore'], id);

/** Removes a label or a kept search. */
export async function removeKept(
  app: AppModel,
  text: string,
  [remove, restore]: ['labels.remove', 'labels.restore'] | ['searches.remove', 'searches.restore'],
  id: number,
): Promise<void> {
  if (await app.did(remove, { id })) {
    app.undo.did({
      text,
      owner: null,
      undo: async () => ((await app.did(restore, { id })) ? t.undo.undone(text) : null),
      redo: async () => ((await app.did(remove, { id })) ? text : null),
    });
  }
}
