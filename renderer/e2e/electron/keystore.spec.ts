/** The window on a real Secret Service, where its keys are those of the command line, and on a desktop that has none. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SecretService, secretServiceLacks } from '../../../main/keys/testing/secret-service.ts';
import { startSandbox } from '../../../main/sandbox/testing/sandbox.ts';
import { ask, launch, noElectron, ROOT } from './rig.ts';

test.skipIf(noElectron || secretServiceLacks() !== null)(
  'a key that the window stores is in the keyring, and a command uses it',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chatkeep-window-keys-'));
    const service = await startSandbox({ chats: 1, messages: 5 });
    const library = join(folder, 'library');
    await mkdir(join(folder, 'service'));
    const keyring = await SecretService.start(join(folder, 'service'), join(folder, 'bus'));
    // No folder of settings is named: the system's keystore is for the one that every start of a person shares.
    const env = { ...keyring.env, CHATKEEP_CONFIG: '' };
    try {
      const { page, quit } = await launch({ configDir: '', library, env });
      await page.locator('main, h1').first().waitFor();
      await ask(page, 'accounts.add', {
        name: null,
        key: service.key,
        connectionId: service.connection,
        apiBase: service.api,
        ratePerMinute: null,
      });
      expect(await ask(page, 'app.info')).toMatchObject({ keystore: 'os' });
      expect(await quit()).toBe(0);
      const { id } = JSON.parse(await readFile(join(library, 'library.json'), 'utf8')) as { id: string };
      expect(keyring.lookup(`${id}/account/1`)).toContain(service.key);
      const command = [join(ROOT, 'out/main/cli.js'), '--library', library, 'account', 'list', '--json'];
      expect(
        JSON.parse(execFileSync(process.execPath, command, { env: { ...process.env, ...env }, encoding: 'utf8' })),
      ).toMatchObject({
        connectionId: service.connection,
      });
    } finally {
      await keyring.stop();
      await service.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
);

test.skipIf(noElectron || process.platform !== 'linux')(
  'without a keyring the sealed file keeps the key for this user alone, and the app says so',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chatkeep-no-keyring-'));
    const service = await startSandbox({ chats: 1, messages: 5 });
    const { page, quit } = await launch({
      configDir: '',
      library: join(folder, 'library'),
      env: { HOME: folder, XDG_CONFIG_HOME: join(folder, 'config'), DBUS_SESSION_BUS_ADDRESS: 'disabled:' },
    });
    try {
      await page.locator('main, h1').first().waitFor();
      await ask(page, 'accounts.add', {
        name: null,
        key: service.key,
        connectionId: service.connection,
        apiBase: service.api,
        ratePerMinute: null,
      });
      expect(await ask(page, 'app.info')).toMatchObject({ keystore: 'file' });
      await page.evaluate(() => {
        window.location.hash = '#/settings/about';
      });
      await page
        .getByText(/sealed file/i)
        .first()
        .waitFor();
      const names = await readdir(folder, { recursive: true });
      const sealed = names.find((name) => name.endsWith('secrets.json')) ?? '';
      expect((await stat(join(folder, sealed))).mode & 0o077).toBe(0);
      expect(await readFile(join(folder, sealed), 'utf8')).not.toContain(service.key);
    } finally {
      await quit();
      await service.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
);
