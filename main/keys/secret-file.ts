/**
 * Secrets for machines without a keystore: `secrets.json`, sealed with AES-256-GCM under the random key in `secrets.key` beside it.
 * Only this user can read them. This protects the secrets if one of the two files ends up in a backup, a paste or a search, and from
 * other users of the machine. It does not protect against this user's full access or root: both files together give the secrets.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { AppError } from '../lib/app-error.ts';
import { systemClock, type Clock } from '../lib/clock.ts';
import { withFileLock } from '../lib/file-lock.ts';
import { systemCode } from '../lib/fs-fault.ts';
import { parseAs } from '../lib/json-file.ts';

const KEY_BYTES = 32;
const sealedSchema = z.object({ iv: z.string(), tag: z.string(), data: z.string() });
const fileSchema = z.object({
  format: z.literal('chatkeep-secrets'),
  version: z.literal(1),
  entries: z.record(z.string(), sealedSchema),
});
type Sealed = z.infer<typeof sealedSchema>;
type SecretsFile = z.infer<typeof fileSchema>;

interface Paths {
  readonly dir: string;
  readonly secrets: string;
  readonly key: string;
  readonly lock: string;
}

/** Secrets by name. All but `path` throw AppError `keystore_unusable`. */
export interface SecretFile {
  readonly path: string;
  names(): Promise<string[]>;
  /** Null when there is none of this name. */
  get(name: string): Promise<string | null>;
  /** Durable when it resolves. */
  set(name: string, value: string): Promise<void>;
  /** A missing name is no error. */
  delete(name: string): Promise<void>;
}

/** `dir`: the config folder, made (0700) when the first secret is stored. Nothing is read before the first call. */
export function openSecretFile(dir: string, clock: Clock = systemClock): SecretFile {
  const paths: Paths = {
    dir,
    secrets: join(dir, 'secrets.json'),
    key: join(dir, 'secrets.key'),
    lock: join(dir, 'secrets.lock'),
  };
  const change = async (edit: (file: SecretsFile, key: Buffer) => SecretsFile): Promise<void> => {
    await prepareFolder(paths);
    await withFileLock(paths.lock, clock, async () => {
      const { file, key } = await openForWriting(paths, clock);
      await writeFileAtomic(paths.secrets, `${JSON.stringify(edit(file, key), null, 2)}\n`, { mode: 0o600 });
    }).catch((error: unknown) => {
      throw error instanceof AppError
        ? error
        : unusable(
            `secrets cannot be written to ${dir}`,
            'Check the permissions of this folder and the space on its disk.',
            error,
          );
    });
  };
  return {
    path: paths.secrets,
    names: async () => Object.keys((await readSecrets(paths))?.entries ?? {}),
    get: async (name) => {
      const file = await readSecrets(paths);
      const sealed = file === null ? undefined : ownEntry(file.entries, name);
      if (sealed === undefined) {
        return null;
      }
      const key = await readKey(paths);
      if (key === null) {
        throw keyMissing(paths);
      }
      return unseal(sealed, name, key, paths);
    },
    set: (name, value) =>
      change((file, key) => ({ ...file, entries: { ...file.entries, [name]: seal(value, name, key) } })),
    delete: async (name) => {
      const file = await readSecrets(paths);
      if (file === null || ownEntry(file.entries, name) === undefined) {
        return;
      }
      await change((now) => ({
        ...now,
        entries: Object.fromEntries(Object.entries(now.entries).filter(([each]) => each !== name)),
      }));
    },
  };
}

function ownEntry(entries: SecretsFile['entries'], name: string): Sealed | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}

const EMPTY: SecretsFile = { format: 'chatkeep-secrets', version: 1, entries: {} };

/** Under the lock. Secrets whose key is lost are moved aside, not wiped: the key may come back from a backup. */
async function openForWriting(paths: Paths, clock: Clock): Promise<{ file: SecretsFile; key: Buffer }> {
  const file = await readSecrets(paths);
  const key = await readKey(paths);
  if (key !== null) {
    return { file: file ?? EMPTY, key };
  }
  if (file !== null && Object.keys(file.entries).length > 0) {
    await rename(paths.secrets, `${paths.secrets}.without-key-${clock.now()}`);
  }
  return { file: EMPTY, key: await makeKey(paths) };
}

/** Null when there is no file. Throws when others may read it, or it makes no sense. */
async function readSecrets(paths: Paths): Promise<SecretsFile | null> {
  const bytes = await readPrivate(paths, paths.secrets);
  if (bytes === null) {
    return null;
  }
  const file = parseAs(fileSchema, bytes.toString('utf8'));
  if (file === null) {
    throw unusable(
      `${paths.secrets} is damaged`,
      'Restore it from a backup, or move it away and add the accounts again.',
    );
  }
  return file;
}

async function readKey(paths: Paths): Promise<Buffer | null> {
  const bytes = await readPrivate(paths, paths.key);
  if (bytes !== null && bytes.length !== KEY_BYTES) {
    throw unusable(`${paths.key} is damaged`, 'Restore it from a backup, or move it away and add the accounts again.');
  }
  return bytes;
}

/** Whole or not at all, and never over another: a link fails where a key has come meanwhile. */
async function makeKey(paths: Paths): Promise<Buffer> {
  const key = randomBytes(KEY_BYTES);
  const next = `${paths.key}.new`;
  const handle = await open(next, 'w', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(key);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await link(next, paths.key);
  await rm(next);
  return key;
}

function seal(value: string, name: string, key: Buffer): Sealed {
  const iv = randomBytes(12);
  // The name is bound to the value: entries cannot be swapped.
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name));
  const data = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return { iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') };
}

function unseal(sealed: Sealed, name: string, key: Buffer, paths: Paths): string {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64'), { authTagLength: 16 })
      .setAAD(Buffer.from(name))
      .setAuthTag(Buffer.from(sealed.tag, 'base64'));
    return Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]).toString('utf8');
  } catch {
    throw unusable(
      `a secret in ${paths.secrets} does not fit ${paths.key}`,
      'Add the account again, or restore both files from the same backup.',
    );
  }
}

/** Made for this user alone. A wider folder is narrowed while it holds no secrets; afterwards it is refused, since somebody widened it. */
async function prepareFolder(paths: Paths): Promise<void> {
  try {
    await mkdir(paths.dir, { recursive: true, mode: 0o700 });
    const empty = (await stat(paths.secrets).catch(() => null)) === null;
    if (empty && process.platform !== 'win32') {
      await chmod(paths.dir, 0o700);
    }
  } catch (error) {
    throw unusable(`the folder ${paths.dir} cannot be made private`, 'Check who owns it.', error);
  }
}

async function readPrivate(paths: Paths, file: string): Promise<Buffer | null> {
  try {
    const bytes = await readFile(file);
    await requirePrivate(paths.dir, '700');
    await requirePrivate(file, '600');
    return bytes;
  } catch (error) {
    if (error instanceof AppError) {
      throw error;
    }
    if (systemCode(error) === 'ENOENT') {
      return null;
    }
    throw unusable(`${file} cannot be read`, 'Check who owns it and its permissions.', error);
  }
}

/** POSIX only: Windows keeps profile folders apart by access lists that the mode does not show. */
async function requirePrivate(path: string, mode: string): Promise<void> {
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
    throw unusable(`other users may read ${path}`, `Run: chmod ${mode} ${JSON.stringify(path)}`);
  }
}

function keyMissing(paths: Paths): AppError {
  return unusable(
    `the key ${paths.key} is missing, so the stored secrets cannot be read`,
    'Restore it from a backup, or add the account again.',
  );
}

function unusable(message: string, hint: string, cause?: unknown): AppError {
  return new AppError('keystore_unusable', message, hint, { cause });
}
