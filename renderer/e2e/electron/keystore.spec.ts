/** The window on a real Secret Service: its keys are those of the command line. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SecretService, secretServiceLacks } from '../../../main/keys/testing/secret-service.ts';
import { startSandbox } from '../../../main/sandbox/sandbox.ts';
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
