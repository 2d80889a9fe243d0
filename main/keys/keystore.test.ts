import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../lib/app-error.ts';
import { openKeystore, type Unseal } from './keystore.ts';
import { openSecretFile } from './secret-file.ts';
import type { SecretStore } from './secret-store.ts';
import type { SystemKeystore } from './system-keystore.ts';

const NAME = 'library/account/1';
const KEY = 'ofauth-key-of-a-person';

/** A system's keystore in memory, which may be away, locked, or forget what it is given. */
class SystemDouble {
  answers = true;
  locked = false;
  forgets = false;
  readonly kept = new Map<string, string>();

  readonly open = (): Promise<SystemKeystore | null> => Promise.resolve(this.answers ? this.#store : null);

  readonly #store: SystemKeystore = {
    words: 'the keyring',
    get: (name) => this.#ask(() => this.kept.get(name) ?? null),
    set: (name, value) => this.#ask(() => void (this.forgets || this.kept.set(name, value))),
    delete: (name) => this.#ask(() => void this.kept.delete(name)),
  };

  #ask<T>(answer: () => T): Promise<T> {
    return this.locked
      ? Promise.reject(new AppError('keystore_unusable', 'The keyring is locked.', 'Unlock it.'))
      : Promise.resolve(answer());
  }
}

let dir: string;
let system: SystemDouble;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chatkeep-keystore-'));
  system = new SystemDouble();
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

/** What safeStorage would have sealed: here turned round. */
const seal = (text: string): string => Buffer.from([...text].reverse().join('')).toString('base64');
const unseal: Unseal = (sealed) => Promise.resolve([...sealed.toString('utf8')].reverse().join(''));

/** A new start: of the window, which can unseal, or of a command. */
const open = (other: { unseal?: Unseal } = {}): SecretStore =>
  openKeystore({ dir, system: system.open, systemWords: 'the keyring', unseal: null, ...other });
const file = () => openSecretFile(dir);
const formerKeys = (entries: Record<string, string>): Promise<void> =>
  writeFile(
    join(dir, 'keystore.json'),
    JSON.stringify({ format: 'chatkeep-keystore', version: 1, backend: 'kwallet6', entries, fileAllowed: false }),
  );
const record = async (): Promise<unknown> => JSON.parse(await readFile(join(dir, 'keystore.json'), 'utf8'));
const unusable = expect.objectContaining({ code: 'keystore_unusable' }) as unknown;

describe('with a keystore of the system', () => {
  test('a key is there for every start, and no file of the configuration folder holds it', async () => {
    await open().set(NAME, KEY);
    expect(await open({ unseal }).get(NAME)).toBe(KEY);
    expect([...system.kept]).toEqual([[NAME, KEY]]);
    expect(await readdir(dir)).toEqual(['keystore.json']);
    expect(await record()).toEqual({ format: 'chatkeep-keystore', version: 2, inSystem: [NAME], sealed: {} });
    expect(await open().place()).toEqual({ kind: 'os', words: 'the keyring' });
  });

  test('names do not disturb each other, and those of the prototype are none', async () => {
    const secrets = open();
    await Promise.all([secrets.set('a', '1'), secrets.set('b', '2'), secrets.set('c', '3')]);
    await secrets.delete('b');
    await secrets.delete('never there');
    const names = ['a', 'b', 'c', 'toString', '__proto__'];
    expect(await Promise.all(names.map((name) => secrets.get(name)))).toEqual(['1', null, '3', null, null]);
  });

  test('a secret that is set once is not replaced, also by two starts at the same time', async () => {
    await Promise.all(['1', '2', '3'].map((value) => open().set('a', value, 'once')));
    const first = await open().get('a');
    await open().set('a', 'later', 'once');
    expect(await open().get('a')).toBe(first);
    await open().set('a', 'replaced');
    expect(await open().get('a')).toBe('replaced');
  });

  test('a lost record loses no key: the system is still asked', async () => {
    await open().set(NAME, KEY);
    await rm(join(dir, 'keystore.json'));
    expect(await open().get(NAME)).toBe(KEY);
    await open().set(NAME, 'another', 'once');
    expect(await open().get(NAME)).toBe(KEY);
  });

  test('a keystore that forgets is an error, and the key is called stored nowhere', async () => {
    system.forgets = true;
    await expect(open().set(NAME, KEY)).rejects.toEqual(unusable);
    expect(await open().get(NAME)).toBeNull();
  });
});

describe('a keystore that does not answer', () => {
  test('its keys are said to be there, and come back with it', async () => {
    await open().set(NAME, KEY);
    system.answers = false;
    await expect(open().get(NAME)).rejects.toThrow('The key is kept in the keyring, which does not answer here.');
    await expect(open().delete(NAME)).rejects.toEqual(unusable);
    await expect(open().set(NAME, 'a second signing key', 'once')).rejects.toEqual(unusable);
    expect(await readdir(dir)).toEqual(['keystore.json']);
    system.answers = true;
    expect(await open().get(NAME)).toBe(KEY);
  });

  test('a key that is entered meanwhile goes to the file, is used from now on, and never overwrites the other', async () => {
    await open().set(NAME, KEY);
    system.answers = false;
    await open().set(NAME, 'newer');
    expect(await open().place()).toMatchObject({ kind: 'file', words: expect.stringContaining(dir) as unknown });
    system.answers = true;
    expect(await open().get(NAME)).toBe('newer');
    expect(await open().place()).toMatchObject({ kind: 'file' });
    expect([...system.kept]).toEqual([[NAME, KEY]]);
    await open().set(NAME, 'newest');
    expect([...system.kept, await file().names()]).toEqual([[NAME, 'newest'], []]);
  });

  test('without one from the beginning, keys are in the sealed file for this user alone', async () => {
    system.answers = false;
    await open().set(NAME, KEY);
    expect(await open().get(NAME)).toBe(KEY);
    expect((await stat(join(dir, 'secrets.json'))).mode & 0o077).toBe(0);
    await open().delete(NAME);
    expect([await open().get(NAME), await file().names()]).toEqual([null, []]);
  });

  test('locked: every call says so, and a key in the file is used from there', async () => {
    await open().set('in the system', KEY);
    await file().set(NAME, 'in the file');
    system.locked = true;
    const secrets = open();
    await expect(secrets.get('in the system')).rejects.toThrow('locked');
    expect(await secrets.get(NAME)).toBe('in the file');
    await expect(secrets.set(NAME, 'x')).rejects.toThrow('locked');
    expect([await secrets.get(NAME), (await secrets.place()).kind]).toEqual(['in the file', 'file']);
  });
});

describe('keys of the sealed file', () => {
  test('move at the first start with a keystore, and leave the file', async () => {
    system.answers = false;
    await open().set(NAME, KEY);
    await open().set('signing-key', 'pem');
    system.answers = true;
    expect(await open().get(NAME)).toBe(KEY);
    expect([[...system.kept], await file().names()]).toEqual([
      [
        [NAME, KEY],
        ['signing-key', 'pem'],
      ],
      [],
    ]);
    expect((await open().place()).kind).toBe('os');
  });

  test('stay where the keystore does not give back what it took', async () => {
    await file().set(NAME, KEY);
    system.forgets = true;
    expect(await open().get(NAME)).toBe(KEY);
    expect(await file().get(NAME)).toBe(KEY);
  });

  test('a start that was killed in the middle of the move is completed by the next', async () => {
    await file().set(NAME, KEY);
    await writeFile(
      join(dir, 'keystore.json'),
      JSON.stringify({ format: 'chatkeep-keystore', version: 2, inSystem: [NAME], sealed: {} }),
    );
    system.locked = true;
    await expect(open().get(NAME)).rejects.toEqual(unusable);
    system.locked = false;
    expect(await open().get(NAME)).toBe(KEY);
    expect([[...system.kept], await file().names()]).toEqual([[[NAME, KEY]], []]);
  });

  test('another value in the system is not overwritten: the file keeps its own', async () => {
    system.kept.set('signing-key', 'of another folder');
    await file().set('signing-key', 'of this folder');
    expect(await open().get('signing-key')).toBe('of this folder');
    expect(system.kept.get('signing-key')).toBe('of another folder');
  });
});

describe('keys that an earlier version of the window sealed', () => {
  test('move at the first start of the window, and leave the record', async () => {
    await formerKeys({ [NAME]: seal(KEY), b: seal('2') });
    expect(await open({ unseal }).get(NAME)).toBe(KEY);
    expect([[...system.kept], await record()]).toEqual([
      [
        [NAME, KEY],
        ['b', '2'],
      ],
      { format: 'chatkeep-keystore', version: 2, inSystem: [NAME, 'b'], sealed: {} },
    ]);
    expect(await open().get(NAME)).toBe(KEY);
  });

  test('move to the file where the system has no keystore that commands can use', async () => {
    system.answers = false;
    await formerKeys({ [NAME]: seal(KEY) });
    expect(await open({ unseal }).get(NAME)).toBe(KEY);
    expect([await file().get(NAME), (await open().place()).kind]).toEqual([KEY, 'file']);
    expect(await record()).toMatchObject({ sealed: {} });
  });

  test('a command cannot read them, says what to do, and leaves them', async () => {
    await formerKeys({ [NAME]: seal(KEY) });
    const before = await record();
    await expect(open().get(NAME)).rejects.toEqual(
      expect.objectContaining({ hint: expect.stringContaining('Open the window of Chatkeep once') as unknown }),
    );
    expect(await record()).toEqual(before);
    expect(await open({ unseal }).get(NAME)).toBe(KEY);
  });

  test('a keystore that does not open them keeps them for a later start', async () => {
    await formerKeys({ [NAME]: seal(KEY) });
    const broken: Unseal = () => Promise.reject(new Error('Error while decrypting the ciphertext.'));
    await expect(open({ unseal: broken }).get(NAME)).rejects.toThrow('does not open the stored key');
    expect(await open({ unseal }).get(NAME)).toBe(KEY);
  });

  test('the key of the window is used where the command line had another, which stays in the file', async () => {
    await formerKeys({ [NAME]: seal(KEY) });
    await file().set(NAME, 'of the command line');
    expect(await open().get(NAME)).toBe('of the command line');
    expect(await open({ unseal }).get(NAME)).toBe(KEY);
    expect(await open().get(NAME)).toBe(KEY);
    expect(await file().get(NAME)).toBe('of the command line');
  });

  test('a new key replaces the sealed one, and deleting removes it', async () => {
    await formerKeys({ [NAME]: seal(KEY), b: seal('2') });
    await open().set(NAME, 'new');
    await open().delete('b');
    expect([await open({ unseal }).get(NAME), await open({ unseal }).get('b')]).toEqual(['new', null]);
    expect(await record()).toMatchObject({ inSystem: [NAME], sealed: {} });
  });
});

test.each(['', '{', '{"format":"chatkeep-keystore"}', '{"format":"chatkeep-keystore","version":3}'])(
  'a damaged record (%j) is an error and stays as it is',
  async (text) => {
    const path = join(dir, 'keystore.json');
    await writeFile(path, text);
    await expect(open().get(NAME)).rejects.toEqual(unusable);
    await expect(open().set(NAME, KEY)).rejects.toEqual(unusable);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect((await open().place()).kind).toBe('os');
  },
);
