/** The builder's configuration by the builder's own rules, and what others rely on in it. */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import { expect, test } from 'vitest';
import { APP_ID, REPOSITORY } from '../../main/lib/identity.ts';
import { run, runWell } from './run.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');
const config = () => getConfig(root, 'electron-builder.yml', null);

test('is valid', async () => {
  await expect(validateConfiguration(await config(), new DebugLogger(false))).resolves.toBeUndefined();
});

test('a misspelt name would not be', async () => {
  const wrong = { ...(await config()), electronFuse: {} };
  await expect(validateConfiguration(wrong, new DebugLogger(false))).rejects.toThrow('electronFuse');
});

test('every fuse is decided', async () => {
  expect((await config()).electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
    resetAdHocDarwinSignature: true,
  });
});

test('one id names the app to every system', async () => {
  const { appId } = await config();
  expect(appId).toBe(APP_ID);
  expect(JSON.parse(await read('package.json'))).toMatchObject({ desktopName: `${APP_ID}.desktop` });
  expect(await read(`resources/linux/${APP_ID}.metainfo.xml`)).toContain(`<id>${APP_ID}</id>`);
});

test('no address is named that is not the project’s', async () => {
  const named = await Promise.all(
    ['package.json', 'electron-builder.yml', 'SECURITY.md', `resources/linux/${APP_ID}.metainfo.xml`].map(read),
  );
  expect(named.join('\n')).not.toMatch(/chatkeep\.invalid|github[./]+chatkeep/i);
});

test('the metadata is good to the tool of those who show it', async () => {
  const name = `${APP_ID}.metainfo.xml`;
  const metainfo = (await read(`resources/linux/${name}`))
    .replace('@VERSION@', '1.2.3')
    .replace('@DATE@', '2026-11-24');
  expect(metainfo).not.toContain('@');
  const folder = await mkdtemp(join(tmpdir(), 'chatkeep-metainfo-'));
  try {
    await writeFile(join(folder, name), metainfo);
    const answer = await run('appstreamcli', ['validate', '--no-net', join(folder, name)]).catch(() => null);
    // A name in reverse is that of a domain or a repository, and none is claimed yet.
    const known = REPOSITORY === null ? 'cid-desktopapp-is-not-rdns' : 'nothing';
    const faults = (answer?.stdout ?? '').split('\n').filter((line) => /^[EW]:/.test(line) && !line.includes(known));
    expect(faults).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('uninstalling cannot reach what a person keeps', async () => {
  const { nsis } = await config();
  expect(nsis).toMatchObject({
    oneClick: true,
    perMachine: false,
    deleteAppDataOnUninstall: false,
  });
  expect(nsis).not.toHaveProperty('allowToChangeInstallationDirectory');
  const script = await read('resources/windows/installer.nsh');
  expect(script).toContain('$LOCALAPPDATA\\Chatkeep\\Library');
  expect(script).not.toMatch(/\b(?:RMDir|Delete)\b\s+["$/]/);
  expect(script).toContain('-- "%1"');
  expect(await read('resources/linux/after-remove.sh')).not.toMatch(/rm -\w*r/);
});

test.skipIf(process.platform === 'win32')(
  'the scripts of deb and rpm tell where the library is, and change another root only',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chatkeep-scripts-'));
    try {
      const script = async (name: string, reason: string): Promise<string> => {
        const text = (await read(`resources/linux/${name}.sh`))
          .replaceAll('${sanitizedProductName}', 'Chatkeep')
          .replaceAll('${executable}', 'chatkeep');
        return await runWell('sh', ['-c', text, name, reason], { ...process.env, DPKG_ROOT: folder });
      };
      const helper = join(folder, 'opt/Chatkeep/chrome-sandbox');
      await mkdir(dirname(helper), { recursive: true });
      await writeFile(helper, '');
      expect(await script('after-install', 'configure')).toBe('');
      expect((await stat(helper)).mode & 0o7777).toBe(0o4755);
      expect(await script('after-remove', 'upgrade')).toBe('');
      expect(await script('after-remove', 'remove')).toContain('Libraries and settings were left where they are');
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
