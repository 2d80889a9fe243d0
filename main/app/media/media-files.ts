import { zoneOf } from '../../contract/time-zone.ts';
import { fileNameOf, type ThumbHeight } from '../../contract/media-url.ts';
import type { Variant } from '../../contract/model.ts';
import type { StoredFile } from '../../index/files/calls.ts';
import type { Thumbnail } from '../../files/interface.ts';
import type { Core } from '../core/core.ts';

/** The formats that browsers and the app's window can show. */
const SHOWN: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']);

/** A file that may be handed to a page. The path never leaves the shell. */
export interface ServedFile {
  /** Absolute. */
  readonly path: string;
  /** Drawn and nowhere kept: sent instead of what lies at the path. */
  readonly drawn?: Uint8Array<ArrayBuffer>;
  /** As the index knows it; null for files that were made on demand. */
  readonly bytes: number | null;
  readonly mime: string;
  /** Without quotes: the hash of the bytes, or of those they were made from with the height. */
  readonly tag: string;
  /** Epoch ms. */
  readonly modifiedAt: number;
  /** A name for saving: ids and an extension, nothing that came from outside. */
  readonly name: string;
  /** To be saved, whatever it is. */
  readonly asDownload?: boolean;
}

export interface MediaFilesPorts {
  /** Null while no library is open. */
  readonly core: () => Core | null;
  /** A stored file is missing or has changed on disk. */
  onDamaged(accountId: number, mediaId: number): void;
}

/** The bytes of stored media by their ids: nothing that the index does not name can be reached. */
export class MediaFiles {
  readonly #ports: MediaFilesPorts;
  /** Told once each: a screen asks for the same picture again and again. */
  readonly #damaged = new Set<string>();

  constructor(ports: MediaFilesPorts) {
    this.#ports = ports;
  }

  /** Null when this variant is not stored. */
  async media(accountId: number, mediaId: number, variant: Variant): Promise<ServedFile | null> {
    const core = this.#ports.core();
    if (core === null) {
      return null;
    }
    const file = (await core.index.read.mediaFiles({ accountId, mediaId }))[variant];
    return file === null ? null : blobOf(core, file, `${String(mediaId)}-${variant}`);
  }

  /** The full file under the name that an export gives it; null when it is not stored or was removed. */
  async download(accountId: number, mediaId: number): Promise<ServedFile | null> {
    const core = this.#ports.core();
    const file = core === null ? null : await core.index.read.fileToName({ accountId, mediaId });
    return core === null || file === null
      ? null
      : {
          ...blobOf(core, file, ''),
          name: fileNameOf({ sentAt: file.sentAt, id: mediaId, ext: file.ext }, zoneOf(core.timeZone)),
          asDownload: true,
        };
  }

  /** A small picture: made from the stored file, else the smallest stored one that a page can show; null where there is none. */
  async thumb(accountId: number, mediaId: number, height: ThumbHeight): Promise<ServedFile | null> {
    const core = this.#ports.core();
    if (core === null) {
      return null;
    }
    const { full, preview, thumb } = await core.index.read.mediaFiles({ accountId, mediaId });
    for (const file of [full, preview, thumb]) {
      const thumbnail = file === null ? null : await this.#draw(core, file, height, accountId, mediaId);
      if (file !== null && thumbnail !== null) {
        if ('undrawn' in thumbnail) {
          break;
        }
        return {
          ...('path' in thumbnail
            ? thumbnail
            : { path: core.store.pathOf(file.sha256, file.ext), drawn: thumbnail.bytes }),
          bytes: null,
          mime: 'image/webp',
          tag: `${file.sha256}-${String(height)}`,
          modifiedAt: file.storedAt,
          name: `${String(mediaId)}-${String(height)}.webp`,
        };
      }
    }
    const ready = [thumb, preview, full].find((file) => file !== null && SHOWN.has(file.mime)) ?? null;
    return ready === null ? null : blobOf(core, ready, `${String(mediaId)}-thumb`);
  }

  /** To be told when a file was not as the index says. An absent drive says nothing of any file. */
  damaged(accountId: number, mediaId: number): void {
    void this.#tellDamaged(accountId, mediaId);
  }

  async #tellDamaged(accountId: number, mediaId: number): Promise<void> {
    const key = `${String(accountId)}/${String(mediaId)}`;
    if ((await this.#ports.core()?.isAway()) === false && !this.#damaged.has(key)) {
      this.#damaged.add(key);
      this.#ports.onDamaged(accountId, mediaId);
    }
  }

  /** Null also when the source is gone from the disk: another one may do, and the damage is told. */
  async #draw(
    core: Core,
    file: StoredFile,
    height: ThumbHeight,
    accountId: number,
    mediaId: number,
  ): Promise<Thumbnail | null> {
    try {
      return await core.store.thumbnail(file, height);
    } catch {
      this.damaged(accountId, mediaId);
      return null;
    }
  }
}

function blobOf(core: Core, file: StoredFile, name: string): ServedFile {
  return {
    path: core.pathOf(file.sha256, file.ext),
    bytes: file.bytes,
    mime: file.mime,
    tag: file.sha256,
    modifiedAt: file.storedAt,
    name: `${name}.${file.ext}`,
  };
}
