/** The keystore on a real Secret Service. `.ci/skips.ts` names what a machine lacks for it. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openSecretFile } from './secret-file.ts';
import { openKeystore } from './keystore.ts';
import type { SecretStore } from './secret-store.ts';
import { systemKeystore, systemKeystoreWords } from './system-keystore.ts';
import { SecretService, secretServiceLacks } from './testing/secret-service.ts';

const NAME = 'library/account/1';
const KEY = 'ofauth-key-of-a-person ✓';

describe.skipIf(secretServiceLacks() !== null)('on a real Secret Service', () => {
  let base: string;
  let folder: string;
  let dir: string;
  let service: SecretService;
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'chatkeep-secret-service-'));
  });
  afterAll(async () => {
    await rm(base, { recursive: true, force: true });
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(base, 'test-'));
    dir = join(folder, 'config');
    service = await SecretService.start(folder, join(base, 'bus'));
    // The library reads the environment of this process, which no other test file shares.
    Object.assign(process.env, service.env);
  });
  afterEach(async () => {
    await service.stop();
  });

  const open = (): SecretStore =>
    openKeystore({ dir, system: systemKeystore('linux'), systemWords: systemKeystoreWords('linux'), unseal: null });

  test('a secret is one that its own tools see, and no file of ours holds it', async () => {
    await open().set(NAME, KEY);
    expect(service.lookup(NAME)).toBe(KEY);
    expect([await open().get(NAME), (await open().place()).kind]).toEqual([KEY, 'os']);
    expect(await readdir(dir)).toEqual(['keystore.json']);
    expect(await readFile(join(dir, 'keystore.json'), 'utf8')).not.toContain('ofauth');
    await open().delete(NAME);
    expect([service.lookup(NAME), await open().get(NAME)]).toEqual([null, null]);
  });

  test('keys of the sealed file move into it at the first start', async () => {
    await openSecretFile(dir).set(NAME, KEY);
    expect(await open().get(NAME)).toBe(KEY);
    expect([service.lookup(NAME), await openSecretFile(dir).names()]).toEqual([KEY, []]);
  });

  test('it survives its own restart: nothing is kept only in memory', async () => {
    await open().set(NAME, KEY);
    await service.kill();
    await service.unlock();
    expect(await open().get(NAME)).toBe(KEY);
  });

  test('locked, with nobody to unlock it: an error in words, nothing lost', async () => {
    await open().set(NAME, KEY);
    service.lock();
    const locked = 'The keyring of this desktop (Secret Service) is locked or refuses access.';
    await expect(open().get(NAME)).rejects.toThrow(locked);
    await expect(open().set(NAME, 'another')).rejects.toThrow(locked);
    await expect(open().delete(NAME)).rejects.toThrow(locked);
    expect(await readdir(dir)).toEqual(['keystore.json']);
    await service.unlock();
    expect(await open().get(NAME)).toBe(KEY);
  });

  test('the daemon dies in the middle of a start: an error at most, then it is used again', async () => {
    const secrets = open();
    await secrets.set(NAME, KEY);
    await service.kill();
    // D-Bus starts another one, locked.
    await expect(secrets.get(NAME)).rejects.toMatchObject({ code: 'keystore_unusable' });
    await service.unlock();
    expect(await secrets.get(NAME)).toBe(KEY);
  });

  test('the daemon hangs: asking ends by itself, with the same words as without a daemon', async () => {
    await open().set(NAME, KEY);
    service.freeze();
    await expect(open().get(NAME)).rejects.toThrow('which does not answer here');
    await service.unlock();
    expect(await open().get(NAME)).toBe(KEY);
  });

  test('the bus is gone: its keys are said to be there, a new one goes to the file, never to the kernel', async () => {
    await open().set(NAME, KEY);
    await service.stop();
    const secrets = open();
    await expect(secrets.get(NAME)).rejects.toThrow('which does not answer here');
    await secrets.set('other', KEY);
    expect([await openSecretFile(dir).get('other'), (await secrets.place()).kind]).toEqual([KEY, 'file']);
  });
});
