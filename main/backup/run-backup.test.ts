import Database from 'better-sqlite3';
import { mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openIndex } from '../index/client.ts';
import { MadeLibrary } from '../export/testing/made-library.ts';
import { dropMark } from './backup-mark.ts';
import { readLastBackup } from './last-backup.ts';
import { backUp, bytesOfPicture, filesOf, lookInto, pictures, RIG_PORTS, soundOrNone } from './testing/backup-rig.ts';
import type { BackupHooks, BackupProgress } from '../contract/backup-shapes.ts';
import { runBackup } from './run-backup.ts';

const sound = (checked: number, orphan = 0): object => ({
  checked,
  ok: checked,
  missing: 0,
  corrupt: 0,
  orphan,
  sound: true,
});

let library: MadeLibrary;
let number = 0;
let to = '';
beforeAll(async () => {
  library = await MadeLibrary.open();
  await library.add(pictures(20));
});
beforeEach(() => {
  number += 1;
  to = library.target(`copy-${String(number)}`);
});
afterAll(async () => {
  await library.end();
});

describe('a backup', () => {
  test('is a library that opens, clean to the byte, with the same ledger and the times of the files', async () => {
    const one = library.stored(bytesOfPicture(3));
    await utimes(one, 1_600_000_000, 1_600_000_000);
    await writeFile(join(library.root, 'chats.json'), '{"chosen":true}');
    expect(await backUp(library, to)).toEqual({
      to,
      files: 20,
      copied: 20,
      bytes: 40_000,
      there: 0,
      damaged: 0,
      missing: 0,
    });
    expect((await readdir(to)).sort()).toEqual(
      ['backup.json', 'chats.json', 'files', 'index.guard', 'index.sqlite', 'library.json'].sort(),
    );
    expect((await stat(one.replace(library.root, to))).mtimeMs).toBe(1_600_000_000_000);
    const { ledger } = await lookInto(to).then(async (found) => {
      expect(found.check).toEqual(sound(20));
      expect(found.id).toBe(library.ports.libraryId);
      return found;
    });
    expect(ledger).toEqual(await library.index.read.ledgerTotal({ accountId: null }));
    await rm(join(library.root, 'chats.json'));
    await backUp(library, to);
    expect(await readdir(to)).not.toContain('chats.json');
  });

  test('is brought up to date: the second run copies only what is new, and the library remembers it', async () => {
    await backUp(library, to);
    const before = await readLastBackup(library.root);
    expect(before).toMatchObject({ to, files: 20, damaged: 0, missing: 0 });
    const fresh = number * 1000;
    await library.add(pictures(3, fresh));
    expect(await library.index.read.blobsSince({ newestBlob: before?.newestBlob ?? -1 })).toBe(3);
    expect(await backUp(library, to, {}, { now: () => 77 })).toMatchObject({ copied: 3, there: 20 });
    expect((await readLastBackup(library.root))?.at).toBe(77);
    expect(await soundOrNone(to)).toEqual({ named: 23 });
    expect(await backUp(library, to)).toMatchObject({ copied: 0, there: 23, bytes: 0 });
  });

  test('may be opened and checked in between, also when it was killed while open', async () => {
    await backUp(library, to);
    const index = await openIndex({ path: join(to, 'index.sqlite') });
    await index.write.noteBlobs({ at: 1, ok: [] });
    const log = await readFile(join(to, 'index.sqlite-wal'));
    const half = await readFile(join(to, 'index.sqlite'));
    await index.close();
    // As a kill leaves it: the log beside the index.
    await writeFile(join(to, 'index.sqlite'), half);
    await writeFile(join(to, 'index.sqlite-wal'), log);
    expect(await backUp(library, to)).toMatchObject({ copied: 0, damaged: 0, missing: 0 });
    expect(await readdir(to)).not.toContain('index.sqlite-wal');
    expect(await soundOrNone(to)).not.toBeNull();
  });

  test('takes one state of an index that is being written, and only what that names', async () => {
    const adding: Promise<void>[] = [];
    const hooks: BackupHooks = {
      onProgress: ({ phase }: BackupProgress) => {
        // The copy of the index is taken: what comes now is for the next run.
        if (phase === 'looking' && adding.length === 0) {
          adding.push(library.add(pictures(4, 50_000)));
        }
      },
      onLost: () => undefined,
    };
    const answer = await backUp(library, to, {}, {}, hooks);
    await Promise.all(adding);
    expect(await soundOrNone(to)).toEqual({ named: answer.files });
    expect(await backUp(library, to)).toMatchObject({ copied: 4, there: answer.files });
  });

  test('of a backup is a backup: the way back', async () => {
    await backUp(library, to);
    const ledger = await library.index.read.ledgerTotal({ accountId: null });
    const place = `${to}-restored`;
    const answer = await backUp({ root: to }, place, { as: 'library' });
    expect(answer).toMatchObject({ damaged: 0, missing: 0, there: 0 });
    await dropMark(place);
    const found = await lookInto(place);
    expect(found).toEqual({ check: sound(answer.files), ledger, id: library.ports.libraryId });
  });

  test('hashes what is there when asked, and mends it', async () => {
    await backUp(library, to);
    const path = library.stored(bytesOfPicture(5)).replace(library.root, to);
    await writeFile(path, Buffer.alloc(2000, 'x'));
    expect(await backUp(library, to)).toMatchObject({ copied: 0 });
    expect(await backUp(library, to, { deep: true })).toMatchObject({ copied: 1, damaged: 0 });
    expect((await filesOf(to)).wrong).toEqual([]);
  });
});

describe('what the library does not have as it should', () => {
  test('damaged and missing files are told, never copied under their names, and wanted again in the copy', async () => {
    const own = await MadeLibrary.open();
    try {
      await own.add(pictures(6));
      const [damaged, missing] = [own.stored(bytesOfPicture(2)), own.stored(bytesOfPicture(4))];
      await writeFile(damaged, Buffer.alloc(2000, '!'));
      await rm(missing);
      const lost: string[] = [];
      const hooks: BackupHooks = {
        onProgress: () => undefined,
        onLost: ({ path, reason }) => {
          lost.push(`${reason} ${path}`);
        },
      };
      const dir = own.target('copy');
      expect(await backUp(own, dir, {}, {}, hooks)).toMatchObject({ files: 6, copied: 4, damaged: 1, missing: 1 });
      expect(lost.sort()).toEqual([`damaged ${damaged}`, `missing ${missing}`].sort());
      const found = await lookInto(dir);
      expect(found.check).toEqual(sound(4));
      expect(found.ledger).toMatchObject({ listed: 6, stored: 4, pending: 2 });
      // The library itself is as it was.
      expect(await own.index.read.ledgerTotal({ accountId: null })).toMatchObject({ stored: 6 });
      // A file that an earlier run copied whole stays.
      await writeFile(damaged, bytesOfPicture(2));
      await backUp(own, dir);
      await writeFile(damaged, Buffer.alloc(2000, '!'));
      expect(await backUp(own, dir)).toMatchObject({ damaged: 0, missing: 1, there: 5 });
      expect(await soundOrNone(dir)).toEqual({ named: 5 });
    } finally {
      await own.end();
    }
  });

  test('what another program deletes meanwhile is not missing', async () => {
    const own = await MadeLibrary.open();
    try {
      await own.add(pictures(5));
      const path = own.stored(bytesOfPicture(3));
      let asked = 0;
      const ports = {
        statFs: async (dir: string): ReturnType<typeof RIG_PORTS.statFs> => {
          asked += 1;
          // The second time the copy of the index names the file.
          if (asked === 2) {
            const sha256 = [path.replace(/^.*\//, '').slice(0, 64)];
            await own.index.write.forgetBlobs({ at: 3, runId: null, sha256 });
            await rm(path);
          }
          return await RIG_PORTS.statFs(dir);
        },
      };
      const dir = own.target('copy');
      expect(await backUp(own, dir, {}, ports)).toMatchObject({ files: 4, copied: 4, missing: 0 });
      expect(await soundOrNone(dir)).toEqual({ named: 4 });
    } finally {
      await own.end();
    }
  });

  test('a library whose drive goes away is no library without files', async () => {
    const own = await MadeLibrary.open();
    try {
      await own.add(pictures(3));
      const away = `${own.root}-away`;
      const hooks: BackupHooks = { onProgress: () => undefined, onLost: () => undefined };
      let gone: Promise<void> | null = null;
      const ports = {
        statFs: async (path: string) => {
          // Asked once before the index is copied and once after.
          gone ??= path.endsWith('copy') ? rename(own.root, away) : null;
          await gone;
          return await RIG_PORTS.statFs(path);
        },
      };
      await expect(backUp(own, own.target('copy'), {}, ports, hooks)).rejects.toMatchObject({ code: 'media_offline' });
      await rename(away, own.root);
      expect(await backUp(own, own.target('copy'))).toMatchObject({ copied: 3, missing: 0 });
    } finally {
      await own.end();
    }
  });
});

describe('a folder that does not fit is refused, untouched', () => {
  const refused = async (dir: string, message: RegExp, code = 'usage'): Promise<void> => {
    await expect(backUp(library, dir)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  };

  test('in the library, around it, the library itself, a file', async () => {
    await refused(library.root, /lies in the library/);
    await refused(join(library.root, 'files', 'copy'), /lies in the library/);
    await refused(library.folder, /library lies in that folder/);
    await symlink(library.root, `${to}-link`);
    await refused(join(`${to}-link`, 'copy'), /lies in the library/);
    await writeFile(to, 'a file');
    await refused(to, /Not a folder/);
    await refused(join(to, 'below'), /Not a folder/);
  });

  test('other content, another library, its backup, a library in use as one, prepared links', async () => {
    await mkdir(to);
    await writeFile(join(to, 'thesis.txt'), 'mine');
    await refused(to, /holds other things/);
    expect(await readdir(to)).toEqual(['thesis.txt']);

    const other = await MadeLibrary.open();
    try {
      await refused(other.root, /another library/);
      const theirs = other.target('copy');
      await backUp(other, theirs);
      await refused(theirs, /backup of another library/);
    } finally {
      await other.end();
    }

    const moved = `${to}-moved`;
    const last = await readLastBackup(library.root);
    await backUp(library, moved, { as: 'library' });
    expect(await readLastBackup(library.root)).toEqual(last);
    expect(await readLastBackup(moved)).toEqual(last);
    await dropMark(moved);
    await refused(moved, /library of its own/);

    const linked = `${to}-linked`;
    await mkdir(linked);
    await mkdir(`${to}-elsewhere`);
    await symlink(`${to}-elsewhere`, join(linked, 'files'));
    await refused(linked, /This is a link/);
    expect(await readdir(`${to}-elsewhere`)).toEqual([]);
  });

  test('a backup by a newer version', async () => {
    await backUp(library, to);
    const marker = join(to, 'library.json');
    const newer = (await readFile(marker, 'utf8')).replace(/"schema": ?\d+/, '"schema": 999');
    await writeFile(marker, newer);
    await refused(to, /newer version/, 'library_newer');
    expect(await readFile(marker, 'utf8')).toBe(newer);
  });

  test('a backup that was synced by itself since', async () => {
    await backUp(library, to);
    const index = await openIndex({ path: join(to, 'index.sqlite') });
    await index.write.startRun({ accountId: null, kind: 'sync', at: 5, version: 'x', pid: 1 });
    await index.close();
    const before = await readFile(join(to, 'index.sqlite'));
    await refused(to, /synced by itself/);
    expect(await readFile(join(to, 'index.sqlite'))).toEqual(before);
  });

  test('a backup in which a person labelled something since; one that was only looked at is none', async () => {
    await backUp(library, to);
    const looked = await openIndex({ path: join(to, 'index.sqlite') });
    await looked.close();
    await backUp(library, to);
    const index = await openIndex({ path: join(to, 'index.sqlite') });
    await index.write.saveLabel({ id: null, name: 'Print', at: Date.now() + 3_600_000 });
    await index.close();
    await refused(to, /changed since/);
  });

  test('one that another program has open', async () => {
    await backUp(library, to);
    const index = await openIndex({ path: join(to, 'index.sqlite') });
    try {
      await refused(to, /in use/, 'library_locked');
    } finally {
      await index.close();
    }
    const reader = await openIndex({ path: join(to, 'index.sqlite'), mode: 'read' });
    await reader.close();
    expect(await backUp(library, to)).toMatchObject({ copied: 0 });
  });

  test('one without room, or whose file system takes no large files', async () => {
    const statFs =
      (bavail: number, type = 0): typeof RIG_PORTS.statFs =>
      () =>
        Promise.resolve({ bavail, bsize: 1, blocks: 1e12, type });
    await expect(backUp(library, to, {}, { statFs: statFs(1000) })).rejects.toMatchObject({ code: 'disk_full' });
    expect(await readdir(library.folder)).not.toContain(to.split('/').at(-1));
    // The drive does not say how much is free.
    const silent = (): ReturnType<typeof RIG_PORTS.statFs> =>
      Promise.resolve({ bavail: 0, bsize: 4096, blocks: 0, type: 0 });
    expect(await backUp(library, to, {}, { statFs: silent })).toMatchObject({ missing: 0 });

    const large = await MadeLibrary.open();
    try {
      await large.add(pictures(2));
      const fat = { platform: 'linux', statFs: statFs(1e12, 0x4d44) } as const;
      const dir = large.target('copy');
      expect(await backUp(large, dir, {}, fat)).toMatchObject({ copied: 2 });
      await large.add([{ id: 50, media: [{ id: 51, kind: 'video' }] }], { files: false });
      const db = new Database(join(large.root, 'index.sqlite'));
      db.prepare('UPDATE blob SET bytes = ? WHERE key = (SELECT max(key) FROM blob)').run(4 * 1024 ** 3);
      db.close();
      await expect(backUp(large, dir, {}, fat)).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining('4 GB') as string,
      });
      expect(await soundOrNone(dir)).toEqual({ named: 2 });
    } finally {
      await large.end();
    }
  });

  test('a library that is none', async () => {
    await expect(backUp({ root: library.target('nowhere') }, to)).rejects.toMatchObject({ code: 'library_not_one' });
  });
});

describe('a backup that is stopped', () => {
  test.each(['index', 'looking', 'copying', 'ending'] as const)('while %s: the next one goes on', async (phase) => {
    const controller = new AbortController();
    const hooks: BackupHooks = {
      onProgress: (progress) => {
        if (progress.phase === phase) {
          controller.abort();
        }
      },
      onLost: () => undefined,
    };
    const options = { from: library.root, to, as: 'backup', deep: false } as const;
    await expect(runBackup(options, RIG_PORTS, controller.signal, hooks)).rejects.toMatchObject({
      code: 'interrupted',
    });
    expect(await readdir(to)).not.toContain('library.json');
    expect(await readdir(to)).not.toContain('backup.part');
    const answer = await backUp(library, to);
    expect(await soundOrNone(to)).toEqual({ named: answer.files });
  });
});
