import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openStore } from '../../../main/files/store/store.ts';
import { kinds } from '../../../main/index/kernel/codes.ts';
import { openConnection } from '../../../main/index/kernel/open-connection.ts';
import { sampleBytes } from '../../../main/sandbox/pictures.ts';

const BYTES = 60_000_000;

/**
 * A short film made long on the disk: filler between the first and the second half of its pictures, whose places in the file are
 * corrected. A seek into the second half has to reach over the filler.
 */
export async function longFilm(): Promise<Uint8Array> {
  const film = await sampleBytes('video-sea.mp4');
  const tables = [...placesOf(film, 'stco')].map((at) => ({ at, count: film.readUInt32BE(at + 8) }));
  const offsets = tables.flatMap(({ at, count }) =>
    Array.from({ length: count }, (_, index) => film.readUInt32BE(at + 12 + index * 4)),
  );
  const middle = offsets.toSorted((a, b) => a - b)[Math.floor(offsets.length / 2)] ?? 0;
  const [mdat] = [...placesOf(film, 'mdat')];
  if (mdat === undefined || middle <= mdat) {
    throw new Error('The sample is not laid out as expected.');
  }
  const head = Buffer.from(film);
  head.writeUInt32BE(head.readUInt32BE(mdat - 4) + BYTES, mdat - 4);
  for (const { at, count } of tables) {
    for (let index = 0; index < count; index += 1) {
      const place = at + 12 + index * 4;
      const offset = head.readUInt32BE(place);
      head.writeUInt32BE(offset >= middle ? offset + BYTES : offset, place);
    }
  }
  return new Uint8Array(Buffer.concat([head.subarray(0, middle), randomBytes(BYTES), head.subarray(middle)]));
}

/** Where the names of boxes of this type stand. */
function* placesOf(film: Buffer, type: string): Generator<number> {
  for (let at = film.indexOf(type); at !== -1; at = film.indexOf(type, at + 4)) {
    yield at;
  }
}

/** Puts the film in the place of a stored one of a generated library; answers whose it is. */
export async function addFilm(library: string): Promise<{ readonly accountId: number; readonly mediaId: number }> {
  const film = await longFilm();
  const store = await openStore({ root: library, reserveBytes: 0 });
  const db = openConnection(join(library, 'index.sqlite'), 'writer');
  try {
    const stored = await store.putBytes(film, {
      totalBytes: film.length,
      contentType: 'video/mp4',
    });
    const item = db.get<{ readonly file: number; readonly accountId: number; readonly mediaId: number }>(
      `SELECT file.id AS file, media.account_id AS accountId, media.id AS mediaId
       FROM media JOIN file ON file.media_key = media.key WHERE media.kind = ? AND file.state = 1 ORDER BY media.key LIMIT 1`,
      kinds.code('video'),
    );
    if (item === undefined) {
      throw new Error('The library has no stored film.');
    }
    const key = db.insert(
      'INSERT INTO blob (sha256, bytes, mime, ext, stored_at) VALUES (?, ?, ?, ?, 0)',
      Buffer.from(stored.sha256, 'hex'),
      stored.bytes,
      stored.mime,
      stored.ext,
    );
    db.run('UPDATE file SET blob_key = ? WHERE id = ?', key, item.file);
    db.pragma('wal_checkpoint(truncate)');
    return { accountId: item.accountId, mediaId: item.mediaId };
  } finally {
    db.close();
    await store.close();
  }
}
