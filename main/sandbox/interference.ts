/** What may be done to answers before they leave. The stand-in does nothing wrong by itself: its tests do (testing/faults.ts). */
import type { Body } from './bodies.ts';
import { deliver, type Answer, type Sending } from './deliver.ts';
import type { LinkCheck, Links } from './links.ts';
import { pageOf, type Page, type PageRequest } from './listing.ts';
import type { Hosted, LiveWorld } from './live.ts';
import type { ShapeContext } from './shapes.ts';

export type Endpoint = 'whoami' | 'connections' | 'self' | 'chats' | 'users' | 'user' | 'media' | 'messages' | 'file';

/** What a request is for. */
export interface Asked {
  readonly endpoint: Endpoint;
  readonly chatId?: number | undefined;
  readonly mediaId?: number | undefined;
  readonly variant?: string | undefined;
  /** Signature of the requested link. */
  readonly link?: string | undefined;
}

export type GoodLink = Extract<LinkCheck, { ok: true }>;

/** A page of the media host that says that a link has ended. */
export const EXPIRED_PAGE = '/expired';

export interface Interference {
  /** In place of any answer; null = none. */
  refusal(asked: Asked): Answer | null;
  beforePage(live: LiveWorld, asked: Asked, request: PageRequest): void;
  page(context: ShapeContext, asked: Asked, request: PageRequest): Page;
  /** A good answer of the API. */
  answer(reply: Answer, asked: Asked): Answer;
  /** In place of the file behind a good link; null = none. */
  link(link: GoodLink, asked: Asked, links: Links): Answer | null;
  /** `continues`: the request is for the rest of a file that was begun. */
  beforeFile(live: LiveWorld, id: number, hosted: Hosted, asked: Asked, continues: boolean): void;
  /** `serve` makes the right answer for a body. */
  file(body: Body, asked: Asked, serve: (ranges: boolean) => Answer): Answer;
  deliver(sending: Sending, asked: Asked): Promise<void>;
}

export const NO_INTERFERENCE: Interference = {
  refusal: () => null,
  beforePage: () => undefined,
  page: (context, _asked, request) => pageOf(context, request),
  answer: (reply) => reply,
  link: () => null,
  beforeFile: () => undefined,
  file: (_body, _asked, serve) => serve(true),
  deliver,
};
