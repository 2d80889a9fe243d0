/** The ways in which pages of a listing go wrong, and changes that come between them. */
import type { Asked } from '../interference.ts';
import { pageOf, type Page, type PageRequest } from '../listing.ts';
import { type LiveMessage, type LiveWorld } from '../live.ts';
import { messageJson, type ShapeContext } from '../shapes.ts';
import { ODD_TEXTS } from '../words.ts';
import type { FaultControl } from './faults.ts';

/** Up to `count` messages already listed before this page (newer than its cursor), nearest first. */
function listedBefore(
  live: LiveWorld,
  { chat, below, mediaOnly }: PageRequest,
  count: number,
  wanted: (message: LiveMessage) => boolean,
): LiveMessage[] {
  const found: LiveMessage[] = [];
  for (const message of live.walk(chat, null, { mediaOnly })) {
    if (below === null || message.id < below) {
      break;
    }
    if (wanted(message)) {
      found.push(message);
    }
  }
  return found.reverse().slice(0, count);
}

/** Changes that happen just before a later page is answered. */
export function changesBetweenPages(live: LiveWorld, faults: FaultControl, context: Asked, request: PageRequest): void {
  if (request.below === null && request.offset === 0) {
    return;
  }
  const arriving = faults.strike('new-messages-between-pages', context);
  if (arriving !== null) {
    live.addMessages(request.chat, arriving.count ?? 1);
  }
  const unlocking = faults.strike('unlock-between-pages', context);
  if (unlocking !== null) {
    const isLocked = (message: LiveMessage): boolean =>
      message.media.some((key) => ['locked', 'preview'].includes(live.media(key).state));
    for (const message of listedBefore(live, request, unlocking.count ?? 1, isLocked)) {
      const locked = message.media
        .map((key) => live.media(key))
        .filter(({ state }) => state === 'locked' || state === 'preview');
      locked.forEach(({ id }) => live.makeViewable(id, 'locked'));
    }
  }
  const editing = faults.strike('edit-between-pages', context);
  if (editing !== null) {
    for (const { id } of listedBefore(live, request, editing.count ?? 1, (message) => message.changedAt === null)) {
      live.edit(id, `<p>Edited: ${id} ${ODD_TEXTS[id % ODD_TEXTS.length] ?? ''}</p>`);
    }
  }
  const withdrawing = faults.strike('withdraw-between-pages', context);
  if (withdrawing !== null) {
    for (const { id } of listedBefore(live, request, withdrawing.count ?? 1, () => true)) {
      live.withdraw(id);
    }
  }
}

const BROKEN: readonly unknown[] = [
  null,
  'not an object',
  42,
  [],
  {},
  { id: 'NaN', text: 7, fromUser: null, media: 'none', previews: {} },
  { id: -1, text: '<p>no media list</p>', fromUser: { id: 'x' } },
  { text: 'no id', fromUser: { id: 1, _view: 's' }, media: [], previews: [] },
];

function withBadItems(list: readonly unknown[], mode: 'replaced' | undefined): unknown[] {
  return list.flatMap((item, at) => {
    if (at % 5 !== 2) {
      return [item];
    }
    const broken = BROKEN[Math.floor(at / 5) % BROKEN.length];
    return mode === 'replaced' ? [broken] : [broken, item];
  });
}

/** The page with the faults of its endpoint applied. */
export function faultyPage(context: ShapeContext, faults: FaultControl, about: Asked, request: PageRequest): Page {
  const cursor = request.below === null ? {} : { nextLastId: String(request.below) };
  if (faults.strike('empty-page-has-more', about) !== null) {
    return { list: [], hasMore: true, ...cursor };
  }
  let page: Page =
    request.below === null || faults.strike('overlapping-pages', about) === null
      ? pageOf(context, request)
      : overlapping(context, request);
  const bad = faults.strike('bad-items', about);
  if (bad !== null) {
    page = { ...page, list: withBadItems(page.list, bad.mode) };
  }
  if (page.hasMore && request.below !== null && faults.strike('stuck-cursor', about) !== null) {
    page = { ...page, ...cursor };
  }
  return page.hasMore && faults.strike('missing-cursor', about) !== null ? { list: page.list, hasMore: true } : page;
}

/** Three messages of the page before come again in front; fewer where the limit leaves no room. */
function overlapping(context: ShapeContext, request: PageRequest): Page {
  const again = Math.min(3, request.limit - 1);
  const newer = listedBefore(context.live, request, again, () => true).reverse();
  const page = pageOf(context, { ...request, limit: request.limit - newer.length });
  return { ...page, list: [...newer.map((message) => messageJson(context, message, null)), ...page.list] };
}
