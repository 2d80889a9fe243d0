/** Commands as processes of their own, on a real Secret Service, beside what the window would open. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { portsOf } from '../../app/core/open-core.ts';
import { SecretService, secretServiceLacks } from '../../keys/testing/secret-service.ts';
import { CliRig, jsonLines, type Ended, type RunOptions } from './testing/cli-rig.ts';

describe.skipIf(secretServiceLacks() !== null)('one keystore for the command line and the window', () => {
  let rig: CliRig;
  let service: SecretService;
  let host: ReturnType<CliRig['host']>;
  beforeAll(async () => {
    rig = await CliRig.start();
    service = await SecretService.start(rig.folder, join(rig.folder, 'bus'));
    host = rig.host(service.env);
    // The window would be another process with this environment.
    Object.assign(process.env, service.env);
  });
  afterAll(async () => {
    await service.stop();
    await rig.close();
  });

  /** As a person has it: no folder of settings is named. */
  const env = (): RunOptions['env'] => ({ ...service.env, CHATKEEP_CONFIG: undefined });
  const run = (args: readonly string[]): Promise<Ended> => host(args, { env: env() });
  const config = (): string => join(rig.folder, 'settings/chatkeep');
  const addMine = (): Promise<Ended> => {
    const to = ['--api-base', rig.sandbox.api, '--connection', rig.sandbox.connection];
    const args = ['account', 'add', '--name', 'Mine', ...to, '--key-stdin'];
    return rig.ended(rig.spawn(args, { env: env(), stdin: rig.sandbox.key }));
  };

  test('a key that a command stores is where the window looks, and the other way round', async () => {
    const added = await addMine();
    expect([added.code, added.stderr]).toEqual([
      0,
      expect.stringContaining('The key is kept in the keyring of this desktop (Secret Service).') as unknown,
    ]);
    const { secrets } = portsOf({ platform: 'linux', env: service.env, log: () => undefined });
    const { id } = JSON.parse(await readFile(join(rig.library, 'library.json'), 'utf8')) as { id: string };
    const name = `${id}/account/1`;
    expect(await secrets.get(name)).toContain(rig.sandbox.key);
    await secrets.set(name, JSON.stringify({ key: 'sk_withdrawn', connectionId: rig.sandbox.connection }));
    expect((await run(['sync', '--json'])).code).toBe(4);
    expect((await addMine()).code).toBe(0);
    expect((await run(['sync', '--json'])).code).toBe(0);
  });

  test('the signing key is one too', async () => {
    const [first, second] = [await run(['export', 'key', '--json']), await run(['export', 'key', '--json'])];
    expect(jsonLines(first)).toEqual(jsonLines(second));
    expect(service.lookup('signing-key')).toContain('PRIVATE KEY');
  });

  test('locked: exit 4 and the next step; unlocked again, the sync runs', async () => {
    service.lock();
    const refused = await run(['sync', '--json']);
    expect([refused.code, refused.stderr]).toEqual([
      4,
      expect.stringContaining('is locked or refuses access') as unknown,
    ]);
    await service.unlock();
    expect((await run(['sync', '--json'])).code).toBe(0);
  });

  test('nothing printed and no file holds a secret', async () => {
    const pem = service.lookup('signing-key') ?? '';
    const secrets = [rig.sandbox.key, pem.split('\n')[1] ?? ''];
    expect(secrets.every((secret) => secret.length > 10)).toBe(true);
    expect(secrets.filter((secret) => rig.printed.includes(secret))).toEqual([]);
    for (const name of await readdir(config(), { recursive: true, withFileTypes: true })) {
      const text = name.isFile() ? await readFile(join(name.parentPath, name.name), 'latin1') : '';
      expect([name.name, secrets.filter((secret) => text.includes(secret))]).toEqual([name.name, []]);
    }
  });

  test('removing the account removes the key from the keyring', async () => {
    expect((await run(['account', 'remove', '1'])).code).toBe(0);
    const { inSystem } = JSON.parse(await readFile(join(config(), 'keystore.json'), 'utf8')) as { inSystem: string[] };
    expect(inSystem).toEqual(['signing-key']);
  });
});
