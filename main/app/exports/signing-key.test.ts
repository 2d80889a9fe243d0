import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openKeystore } from '../../keys/keystore.ts';
import type { SecretStore } from '../../keys/secret-store.ts';
import { ownKey } from './proof.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-key-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const open = (): SecretStore =>
  openKeystore({
    dir: join(folder, 'config'),
    system: () => Promise.resolve(null),
    systemWords: 'none',
    unseal: null,
  });

test('the key is made once, also when several ask for it at once', async () => {
  const made = await Promise.all(Array.from({ length: 8 }, () => ownKey(open())));
  const kept = await ownKey(open());
  expect(new Set(made.map(({ fingerprint }) => fingerprint))).toEqual(new Set([kept.fingerprint]));
});

test('a stored key that cannot be read is an error without its text, and is not replaced', async () => {
  await open().set('signing-key', 'no key at all');
  const error: unknown = await ownKey(open()).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'keystore_unusable' });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('no key at all');
  expect(await open().get('signing-key')).toBe('no key at all');
});
