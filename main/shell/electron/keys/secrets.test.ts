import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SecretStore } from '../../../lib/secret-store.ts';
import type { ElectronModules } from '../electron-modules.ts';
import { openElectronSecrets } from './secrets.ts';

const NAME = 'library/account/1';
const KEY = 'ofauth-key-of-a-person';

/** A keystore that really seals: another `key` cannot open what this one sealed. */
class SafeStorageDouble {
  available = true;
  backend = 'gnome_libsecret';
  key = randomBytes(32);

  isAsyncEncryptionAvailable(): Promise<boolean> {
    return Promise.resolve(this.available);
  }

  getSelectedStorageBackend(): string {
    return this.backend;
  }

  encryptStringAsync(text: string): Promise<Buffer> {
    if (!this.available) {
      return Promise.reject(new Error('Encryption is not available.'));
    }
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Promise.resolve(Buffer.concat([iv, cipher.getAuthTag(), sealed]));
  }

  decryptStringAsync(bytes: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      const result = decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8');
      return Promise.resolve({ result, shouldReEncrypt: false });
    } catch {
      return Promise.reject(new Error('Error while decrypting the ciphertext provided to safeStorage.decryptString.'));
    }
  }
}

let dir: string;
let storage: SafeStorageDouble;
let inFile: Map<string, string>;
let consent: boolean;
let asked: number;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chatkeep-keystore-'));
  storage = new SafeStorageDouble();
  inFile = new Map();
  consent = false;
  asked = 0;
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const file: SecretStore = {
  get: (name) => Promise.resolve(inFile.get(name) ?? null),
  set: (name, value) => {
    inFile.set(name, value);
    return Promise.resolve();
  },
  delete: (name) => {
    inFile.delete(name);
    return Promise.resolve();
  },
  backend: () => 'a file',
};

/** A new start of the app on this machine. */
const open = (platform: NodeJS.Platform = 'linux') =>
  openElectronSecrets({
    safeStorage: storage as unknown as ElectronModules['safeStorage'],
    platform,
    dir,
    file,
    askForFile: () => {
      asked += 1;
      return Promise.resolve(consent);
    },
    now: () => 1_700_000_000_000,
  });

const unusable = expect.objectContaining({ code: 'keystore_unusable' }) as unknown;

describe('with a keystore', () => {
  test('a key is there after a restart, its file holds no word of it and is for this user alone', async () => {
    await open().set(NAME, KEY);
    expect(await open().get(NAME)).toBe(KEY);
    const path = join(dir, 'keystore.json');
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain(KEY);
    expect(JSON.parse(text)).toMatchObject({ backend: 'gnome_libsecret' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect([asked, inFile.size]).toEqual([0, 0]);
  });

  test('names do not disturb each other, and those of the prototype are none', async () => {
    const secrets = open();
    await Promise.all([secrets.set('a', '1'), secrets.set('b', '2'), secrets.set('c', '3')]);
    await secrets.delete('b');
    await secrets.delete('never there');
    expect(await Promise.all(['a', 'b', 'c', 'toString', '__proto__'].map((name) => secrets.get(name)))).toEqual([
      '1',
      null,
      '3',
      null,
      null,
    ]);
  });

  test('what is to be kept once is not replaced', async () => {
    const secrets = open();
    await Promise.all([secrets.set('a', '1', 'once'), secrets.set('a', '2', 'once')]);
    expect(await secrets.get('a')).toBe('1');
    await secrets.set('a', '3');
    expect(await secrets.get('a')).toBe('3');
  });

  test('says where keys lie', async () => {
    const secrets = open('darwin');
    await secrets.set(NAME, KEY);
    expect([secrets.backend(), await secrets.kind()]).toEqual(['the macOS keychain', 'os']);
  });
});

describe('a keystore that is no longer the same', () => {
  test('another backend: nothing is tried, the key is asked for again, the former one is kept', async () => {
    await open().set(NAME, KEY);
    storage.backend = 'kwallet6';
    const secrets = open();
    await expect(secrets.get(NAME)).rejects.toEqual(unusable);
    await expect(secrets.get(NAME)).rejects.toThrow(/Secret Service.*KWallet/);
    await secrets.set(NAME, 'another');
    expect(await open().get(NAME)).toBe('another');
    expect((await readdir(dir)).sort()).toEqual(['keystore.json', 'keystore.json.former-1700000000000']);
    expect(inFile.size).toBe(0);
  });

  test('the former one comes back: the key is there as before', async () => {
    await open().set(NAME, KEY);
    storage.backend = 'kwallet6';
    await expect(open().get(NAME)).rejects.toEqual(unusable);
    storage.backend = 'gnome_libsecret';
    expect(await open().get(NAME)).toBe(KEY);
  });

  test.each([
    ['vanished', () => (storage.available = false)],
    ['only plain text', () => (storage.backend = 'basic_text')],
    ['unknown', () => (storage.backend = 'unknown')],
    ['a later invention', () => (storage.backend = 'something_new')],
  ])('%s: an error in words, never the file in silence', async (_name, change) => {
    await open().set(NAME, KEY);
    change();
    await expect(open().get(NAME)).rejects.toEqual(unusable);
    await expect(open().set(NAME, 'another')).rejects.toEqual(unusable);
    expect([asked, inFile.size, await open().kind()]).toEqual([1, 0, 'none']);
  });

  test('the same name but another secret inside: an error that says what to do', async () => {
    await open().set(NAME, KEY);
    storage.key = randomBytes(32);
    await expect(open().get(NAME)).rejects.toEqual(
      expect.objectContaining({
        code: 'keystore_unusable',
        hint: expect.stringContaining('enter the key again') as unknown,
      }),
    );
  });
});

describe('without any keystore', () => {
  beforeEach(() => {
    storage.backend = 'basic_text';
  });

  test('the person is asked; no means that nothing is kept anywhere', async () => {
    await expect(open().set(NAME, KEY)).rejects.toEqual(unusable);
    expect([asked, inFile.size, await readdir(dir)]).toEqual([1, 0, []]);
  });

  test('yes means the file, and is remembered', async () => {
    consent = true;
    await open().set(NAME, KEY);
    await open().set('other', '2');
    expect([asked, await open().get(NAME), await open().kind()]).toEqual([1, KEY, 'file']);
  });

  test('a keystore that appears later takes over, and the file is cleared of what it takes', async () => {
    consent = true;
    await open().set(NAME, KEY);
    storage.backend = 'gnome_libsecret';
    expect(await open().get(NAME)).toBe(KEY);
    await open().set(NAME, KEY);
    expect([inFile.size, await open().get(NAME), await open().kind()]).toEqual([0, KEY, 'os']);
  });

  test('deleting clears the file too', async () => {
    consent = true;
    await open().set(NAME, KEY);
    await open().delete(NAME);
    expect([await open().get(NAME), inFile.size]).toEqual([null, 0]);
  });
});

test.each(['', '{', '{"format":"chatkeep-keystore"}', '{"format":"chatkeep-keystore","version":2}'])(
  'a damaged file (%j) is an error and stays as it is',
  async (text) => {
    const path = join(dir, 'keystore.json');
    await writeFile(path, text);
    await expect(open().get(NAME)).rejects.toEqual(unusable);
    await expect(open().set(NAME, KEY)).rejects.toEqual(unusable);
    expect(await readFile(path, 'utf8')).toBe(text);
  },
);
