/** A made library with a folder to back it up to, and a hard look at what came of it. For tests. */
import Database from 'better-sqlite3';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openIndex } from '../../index/client.ts';
import type { MadeLibrary, MadeMessage } from '../../export/testing/made-library.ts';
import { inspectFolder, openLibrary } from '../../files/library/library.ts';
import { openStore } from '../../files/store/store.ts';
import { verifyLibrary } from '../../sync/verify-library.ts';
import type { BackupOptions, BackupPorts } from '../backup-types.ts';
import type { BackupAnswer, BackupHooks } from '../../contract/backup-shapes.ts';
import { runBackup } from '../run-backup.ts';

const CHILD = fileURLToPath(new URL('./backup-child.ts', import.meta.url));
const { signal } = new AbortController();

/** One writing thread: starting more costs a small backup more than it saves. */
export const RIG_PORTS: BackupPorts = {
  platform: process.platform,
  now: () => Date.now(),
  statFs: (path) => statfs(path),
  threads: 1,
};

export function backUp(
  library: Pick<MadeLibrary, 'root'>,
  to: string,
  more: Partial<BackupOptions> = {},
  ports: Partial<BackupPorts> = {},
  hooks?: BackupHooks,
): Promise<BackupAnswer> {
  return runBackup(
    { from: library.root, to, as: 'backup', deep: false, ...more },
    { ...RIG_PORTS, ...ports },
    signal,
    hooks,
  );
}

/** What a whole check of the folder finds, opened as a library, and its ledger. */
export async function lookInto(
  dir: string,
): Promise<{ readonly check: object; readonly ledger: object; readonly id: string }> {
  const library = await openLibrary(dir, { create: false });
  const index = await openIndex({ path: join(dir, 'index.sqlite') });
  try {
    const store = await openStore({ root: dir, reserveBytes: 0, workers: 1 });
    try {
      const report = await verifyLibrary({ index, store, now: () => 9 }, true, signal);
      const { checked, ok, missing, corrupt, orphan } = report;
      const sound = await index.read.integrity({});
      return {
        check: { checked, ok, missing, corrupt, orphan, sound: sound.length === 0 },
        ledger: await index.read.ledgerTotal({ accountId: null }),
        id: library.id,
      };
    } finally {
      await store.close();
    }
  } finally {
    await index.close();
  }
}

/** Stored files of a folder whose bytes are not those that their name says; the names of all. */
export async function filesOf(
  dir: string,
): Promise<{ readonly names: Set<string>; readonly wrong: readonly string[] }> {
  const entries = await readdir(join(dir, 'files'), { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const wrong: string[] = [];
  for (const path of paths) {
    const hash = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    if (!basename(path).startsWith(`${hash}.`)) {
      wrong.push(path);
    }
  }
  return { names: new Set(paths.map((path) => basename(path).slice(0, 64))), wrong };
}

/** What must hold at any moment: no file under a name that is not its own, and either no library yet or a sound one that names no file that is not there. Null = no library yet. */
export async function soundOrNone(dir: string): Promise<{ readonly named: number } | null> {
  const { names, wrong } = await filesOf(dir);
  if (wrong.length > 0) {
    throw new Error(`files with other bytes than their names: ${wrong.join(', ')}`);
  }
  if ((await inspectFolder(dir)) !== 'library') {
    return null;
  }
  const db = new Database(join(dir, 'index.sqlite'), { readonly: true });
  try {
    const check = db.pragma('quick_check', { simple: true });
    const named = db.prepare<[], string>('SELECT lower(hex(sha256)) FROM blob WHERE lost_at IS NULL').pluck().all();
    const absent = named.filter((sha256) => !names.has(sha256));
    if (check !== 'ok' || absent.length > 0) {
      throw new Error(`index: ${String(check)}; named and not there: ${absent.join(', ')}`);
    }
    return { named: named.length };
  } finally {
    db.close();
  }
}

/** A backup in a process of its own, to be killed: `backup-child.ts <library> <target> [batch]`. */
export function startBackup(root: string, to: string, batchFiles: number): ChildProcess {
  return spawn(process.execPath, [CHILD, root, to, String(batchFiles)], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Messages with a photo of its own bytes each. */
export function pictures(count: number, from = 1, bytes = 2000): MadeMessage[] {
  return Array.from({ length: count }, (_unused, index) => ({
    id: from + index,
    media: [{ id: 1000 + from + index, bytes: Buffer.alloc(bytes, `${String(from + index)} `) }],
  }));
}

export const bytesOfPicture = (id: number, bytes = 2000): Buffer => Buffer.alloc(bytes, `${String(id)} `);
