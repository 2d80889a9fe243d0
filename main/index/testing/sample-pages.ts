/** Pages for tests and benches: short to write, with every field filled as the API client fills it. */
import type { ApplyPageInput } from '../pages/calls.ts';
import { type MediaKind, type MediaState } from '../../contract/model.ts';
import {
  type ListedFile,
  type ListedMedia,
  type ListedMessage,
  type ListedPage,
  type MessageFlags,
} from '../../lib/model.ts';

/** A newest page of media as it is written that proves nothing; to be spread over. */
export const LISTED = {
  runId: null,
  at: 1,
  pass: 'media',
  cursor: null,
  range: null,
  detectGone: false,
} as const satisfies Partial<ApplyPageInput>;

export const NO_FLAGS: MessageFlags = {
  isTip: null,
  isFree: null,
  isOpened: null,
  isNew: null,
  isLiked: null,
  isPinned: null,
  isFromQueue: null,
  isMediaReady: null,
  lockedText: null,
  canPurchase: null,
  canPurchaseReason: null,
  price: null,
  mediaCount: null,
  giphyId: null,
};

function filesOf(id: number, state: MediaState, link: string): ListedFile[] {
  const file = (variant: ListedFile['variant']): ListedFile => ({
    variant,
    url: `https://media.example/${String(id)}/${variant}?sig=${link}`,
    expiresAt: null,
  });
  switch (state) {
    case 'viewable':
      return [file('full'), file('thumb')];
    case 'preview':
      return [file('preview'), file('thumb')];
    default:
      return [];
  }
}

/** A media item in a state, with the files that such an item offers; `link` makes its URLs differ from those of another listing. */
export function sampleMedia(
  id: number,
  state: MediaState = 'viewable',
  more: Partial<ListedMedia> & { link?: string } = {},
): ListedMedia {
  const { link = 'a', ...rest } = more;
  const kind: MediaKind = rest.kind ?? 'photo';
  return {
    id,
    kind,
    kindRaw: kind,
    state,
    durationMs: null,
    width: null,
    height: null,
    createdAt: null,
    teaser: false,
    files: filesOf(id, state, link),
    ...rest,
  };
}

/** A message; sent at `id` seconds unless said otherwise, because ids rise with time. */
export function sampleMessage(
  id: number,
  media: readonly ListedMedia[],
  more: Partial<ListedMessage> = {},
): ListedMessage {
  const text = more.text ?? `message ${String(id)}`;
  return {
    id,
    senderId: 7,
    senderName: 'Seven',
    text,
    html: `<p>${text}</p>`,
    createdAt: id * 1000,
    changedAt: null,
    replyTo: null,
    flags: NO_FLAGS,
    media,
    raw: JSON.stringify({ id, text, media: media.map((item) => ({ id: item.id, url: item.files[0]?.url })) }),
    ...more,
  };
}

export function samplePage(messages: readonly ListedMessage[], more: Partial<ListedPage> = {}): ListedPage {
  return { messages, bad: [], hasMore: false, nextCursor: null, ...more };
}
