/** Helpers of the sandbox's tests: a plain client of both origins, and a reader of MP4 boxes. */
import { get as httpGet, type IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { type Sandbox } from '../sandbox.ts';

const Files = z.looseObject({
  full: z.looseObject({ url: z.string().nullable() }),
  thumb: z.looseObject({ url: z.string().nullable() }).nullish(),
  preview: z.looseObject({ url: z.string().nullable().optional() }).nullish(),
  drm: z.unknown().optional(),
});
const Media = z.looseObject({
  id: z.number(),
  type: z.string(),
  canView: z.boolean(),
  isReady: z.boolean(),
  hasError: z.boolean(),
  createdAt: z.string(),
  releaseForms: z.array(z.unknown()),
  videoSources: z.record(z.string(), z.string().nullable()).nullish(),
  files: Files.optional(),
});
const Sender = z.union([
  z.looseObject({ id: z.number(), name: z.string() }),
  z.looseObject({ id: z.number(), _view: z.string() }),
]);
const Core = {
  id: z.number(),
  text: z.string(),
  fromUser: Sender,
  media: z.array(Media),
  previews: z.array(z.unknown()),
};
const Message = z.looseObject({
  ...Core,
  createdAt: z.string().optional(),
  replyToMessage: z.looseObject(Core).optional(),
});

/** A page whose items all keep to the endpoint's contract. */
export const Page = z.object({ list: z.array(Message), hasMore: z.boolean(), nextLastId: z.string().optional() });
/** A page whose items may be anything. */
export const RawPage = z.object({
  list: z.array(z.unknown()),
  hasMore: z.boolean(),
  nextLastId: z.string().optional(),
});
export type SeenPage = z.infer<typeof Page>;
export type SeenMedia = z.infer<typeof Media>;

export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A GET of the API with the good credentials, others where given. */
export async function ask(sandbox: Sandbox, path: string, headers: Record<string, string> = {}): Promise<Seen> {
  const response = await fetch(sandbox.api + path, {
    headers: { apiKey: sandbox.key, 'x-connection-id': sandbox.connection, ...headers },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export async function page(sandbox: Sandbox, path: string): Promise<SeenPage> {
  const { text } = await ask(sandbox, path);
  return Page.parse(JSON.parse(text));
}

/** All pages of a chat's media by cursor. */
export async function walk(
  sandbox: Sandbox,
  chat: number,
  limit = 100,
  endpoint: 'media' | 'messages' = 'media',
): Promise<SeenPage[]> {
  const pages: SeenPage[] = [];
  let cursor = '';
  for (;;) {
    const next = await page(sandbox, `/v2/access/chats/${chat}/${endpoint}?limit=${limit}${cursor}`);
    pages.push(next);
    if (!next.hasMore) {
      return pages;
    }
    cursor = `&last_id=${next.nextLastId ?? ''}`;
  }
}

export interface Fetched {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** True when the connection ended before the announced length. */
  readonly cut: boolean;
}

/** A GET that tells what came, even when the connection breaks; rejects when nothing came at all. */
export async function take(url: string, headers: Record<string, string> = {}): Promise<Fetched> {
  return new Promise((resolve, reject) => {
    let began = false;
    const request = httpGet(url, { headers, agent: false, maxHeaderSize: 64 * 1024 }, (response) => {
      began = true;
      const parts: Buffer[] = [];
      const end = (cut: boolean) => (): void =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(parts), cut });
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', end(false));
      response.on('error', end(true));
    });
    // A reset in the middle is heard here as well: what came until then counts.
    request.on('error', (error) => {
      if (!began) {
        reject(error);
      }
    });
  });
}

/** The boxes at the top of an MP4; throws when they do not fill the file exactly. */
export function boxes(bytes: Buffer): string[] {
  const names: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const short = bytes.readUInt32BE(at);
    const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    if (size < 8 || at + size > bytes.length) {
      throw new Error(`box at ${at} ends outside the file`);
    }
    names.push(bytes.toString('latin1', at + 4, at + 8));
    at += size;
  }
  return names;
}
