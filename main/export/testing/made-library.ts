/** A library with stored files, made without a service: for tests and benches of exports. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { MediaKind, MediaState } from '../../contract/model.ts';
import { openIndex, type Index } from '../../db/client.ts';
import type { FileResult, MediaFilter } from '../../db/interface.ts';
import { sampleMedia, sampleMessage, samplePage } from '../../db/sample-pages.ts';
import { openLibrary } from '../../files/library.ts';
import { blobPath, storePaths } from '../../files/store-paths.ts';
import type { ExportOptions, ExportPorts } from '../export-types.ts';

export interface MadeMedia {
  readonly id: number;
  readonly kind?: MediaKind;
  readonly state?: MediaState;
  /** Null: viewable, not stored. Left out: bytes of its own. */
  readonly bytes?: Uint8Array | null;
  readonly ext?: string;
  readonly mime?: string;
}

export interface MadeMessage {
  readonly id: number;
  readonly chat?: number;
  readonly text?: string;
  readonly sentAt?: number;
  readonly mine?: boolean;
  readonly media: readonly MadeMedia[];
}

export const EVERYTHING: MediaFilter = {
  accountId: null,
  chatIds: [],
  kinds: [],
  states: [],
  from: null,
  to: null,
  sender: null,
  text: null,
};

export const OWN_ID = 1;

export class MadeLibrary {
  readonly folder: string;
  readonly root: string;
  readonly index: Index;
  readonly ports: ExportPorts;
  readonly accountId: number;

  private constructor(folder: string, root: string, index: Index, libraryId: string, accountId: number) {
    this.folder = folder;
    this.root = root;
    this.index = index;
    this.accountId = accountId;
    this.ports = {
      index,
      libraryRoot: root,
      libraryId,
      version: '0.0.0-test',
      platform: process.platform,
      now: () => Date.now(),
      statFs: (path) => statfs(path),
    };
  }

  /** Opens the library in `folder`/library, made when it is not there. Without `folder`: in a new one. */
  static async open(folder?: string): Promise<MadeLibrary> {
    const home = folder ?? (await realpath(await mkdtemp(join(tmpdir(), 'chatkeep-export-'))));
    const library = await openLibrary(join(home, 'library'), { create: true });
    const index = await openIndex({ path: join(library.root, 'index.sqlite') });
    const account = await index.write.saveAccount({
      apiBase: 'https://api.example',
      identity: `user:${String(OWN_ID)}`,
      userId: OWN_ID,
      username: null,
      name: 'Mine',
      ratePerMinute: null,
      at: 0,
    });
    return new MadeLibrary(home, library.root, index, library.id, account.id);
  }

  /** Where a test's exports go. */
  target(name = 'out'): string {
    return join(this.folder, name);
  }

  options(more: Partial<ExportOptions> = {}): ExportOptions {
    return {
      dir: this.target(),
      selection: { filter: EVERYTHING, except: [], only: null },
      layout: 'by-chat',
      conflict: 'skip',
      link: 'copy',
      sidecars: [],
      bag: false,
      zip: false,
      zipBytes: null,
      csvBom: false,
      ...more,
    };
  }

  async nameChat(id: number, name: string): Promise<void> {
    await this.index.write.saveUsers({
      accountId: this.accountId,
      runId: null,
      at: 1,
      users: [{ id, username: null, name, displayName: name, avatarUrl: null }],
      asked: [id],
    });
  }

  /** Lists messages and stores the files of their media. */
  async add(messages: readonly MadeMessage[]): Promise<void> {
    for (const [chat, own] of Map.groupBy(messages, (message) => message.chat ?? 7)) {
      const [row] = await this.index.write.saveChats({
        accountId: this.accountId,
        runId: null,
        at: 1,
        chats: [{ id: chat, lastMessageId: null, lastMessageChangedAt: null, unreadCount: null, raw: '{}' }],
      });
      if (row === undefined) {
        throw new Error('a chat that was saved is not there');
      }
      for (let from = 0; from < own.length; from += 100) {
        await this.#list(row.key, chat, own.slice(from, from + 100));
      }
    }
    const stored = messages.flatMap(({ media }) =>
      media.filter(({ bytes, state }) => bytes !== null && (state ?? 'viewable') === 'viewable'),
    );
    for (let from = 0; from < stored.length; from += 200) {
      await this.#store(stored.slice(from, from + 200));
    }
  }

  async #list(chatKey: number, chat: number, messages: readonly MadeMessage[]): Promise<void> {
    await this.index.write.applyPage({
      accountId: this.accountId,
      chatKey,
      runId: null,
      at: 1,
      pass: 'media',
      cursor: null,
      page: samplePage(
        messages.map(({ id, text, sentAt, mine, media }) =>
          sampleMessage(
            id,
            media.map((each) => sampleMedia(each.id, each.state ?? 'viewable', { kind: each.kind ?? 'photo' })),
            {
              text: text ?? `message ${String(id)}`,
              createdAt: sentAt ?? id * 1000,
              senderId: mine === true ? OWN_ID : chat,
              senderName: null,
            },
          ),
        ),
      ),
      range: null,
      detectGone: false,
    });
  }

  async #store(media: readonly MadeMedia[]): Promise<void> {
    const results: FileResult[] = [];
    const fileIds = await this.fullFileIds(media.map(({ id }) => id));
    for (const each of media) {
      const fileId = fileIds.get(each.id);
      if (fileId === undefined) {
        continue;
      }
      const bytes = each.bytes ?? Buffer.from(`bytes of ${String(each.id)}`);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const ext = each.ext ?? (each.kind === 'video' ? 'mp4' : 'jpg');
      const file = this.pathOf(sha256, ext);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
      results.push({
        fileId,
        outcome: 'stored',
        sha256,
        bytes: bytes.length,
        mime: each.mime ?? (each.kind === 'video' ? 'video/mp4' : 'image/jpeg'),
        ext,
        width: 4,
        height: 3,
      });
    }
    await this.index.write.settleFiles({ runId: null, at: 2, results });
  }

  /** Jobs of full files that wait, by media id. */
  async fullFileIds(mediaIds: readonly number[]): Promise<Map<number, number>> {
    const wanted = new Set(mediaIds);
    const found = new Map<number, number>();
    const taken: number[] = [];
    while (found.size < wanted.size) {
      const jobs = await this.index.read.nextFiles({
        accountId: this.accountId,
        chatKeys: [],
        lane: 'any',
        now: Number.MAX_SAFE_INTEGER,
        exclude: taken,
        limit: 500,
      });
      if (jobs.length === 0) {
        break;
      }
      for (const job of jobs) {
        taken.push(job.fileId);
        if (job.variant === 'full' && wanted.has(job.mediaId)) {
          found.set(job.mediaId, job.fileId);
        }
      }
    }
    return found;
  }

  pathOf(sha256: string, ext: string): string {
    return blobPath(storePaths(this.root), sha256, ext).file;
  }

  /** Path of the stored file of some bytes. */
  stored(bytes: Uint8Array | string, ext = 'jpg'): string {
    return this.pathOf(createHash('sha256').update(bytes).digest('hex'), ext);
  }

  async close(): Promise<void> {
    await this.index.close();
  }

  /** Closes the library and removes its folder with everything exported into it. */
  async end(): Promise<void> {
    await this.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** So many messages with a photo each, in one chat. */
export function photos(count: number, more: { readonly from?: number; readonly chat?: number } = {}): MadeMessage[] {
  const from = more.from ?? 1;
  return Array.from({ length: count }, (_unused, index) => ({
    id: from + index,
    chat: more.chat ?? 7,
    media: [{ id: 1000 + from + index }],
  }));
}
