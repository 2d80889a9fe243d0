/** What a release does besides packing: what it says, signs and sums. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSigned, readPublicKey } from '../../main/shell/electron/updates/update-signature.ts';
import { writeChecksums } from './checksums.ts';
import { builderArguments, missingWords, notesOf } from './dist-plan.ts';
import { feedFacts, mergeFeeds, publicKeyOf, readSigningKey, signFeeds } from './sign-feeds.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-dist-test-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const publicKey = publicKeyOf(generateKeyPairSync('ed25519').privateKey);
const UPDATES = {
  CHATKEEP_UPDATE_URL: 'https://example.org/latest/',
  CHATKEEP_UPDATE_PUBLIC_KEY: publicKey,
  CHATKEEP_HOMEPAGE: 'https://example.org',
};

describe('what is missing is said', () => {
  test.each([
    ['linux', {}, ['NO UPDATES', 'NO HOMEPAGE']],
    ['win32', {}, ['UNSIGNED', 'NO UPDATES', 'NO HOMEPAGE']],
    ['darwin', UPDATES, ['UNSIGNED']],
    ['darwin', { ...UPDATES, CSC_LINK: 'x' }, ['NOT NOTARISED']],
    ['darwin', { ...UPDATES, CSC_LINK: 'x', APPLE_ID: 'a', APPLE_APP_SPECIFIC_PASSWORD: 'b', APPLE_TEAM_ID: 'c' }, []],
    ['linux', { ...UPDATES, CHATKEEP_UPDATE_URL: 'http://example.org/' }, ['NO UPDATES']],
    ['linux', { ...UPDATES, CHATKEEP_UPDATE_PUBLIC_KEY: 'x' }, ['NO UPDATES']],
    ['win32', { ...UPDATES, WIN_CSC_LINK: 'x' }, []],
  ] as const)('%s with %j', (platform, env, words) => {
    expect(missingWords(platform, env).map((line) => line.split(':')[0])).toEqual(words);
  });
});

test('the builder is told what the environment knows', () => {
  const args = builderArguments('darwin', { ...UPDATES, CSC_LINK: 'x' });
  expect(args).toEqual([
    '--mac',
    '--publish=never',
    '-c.extraMetadata.homepage=https://example.org',
    '-c.publish.provider=generic',
    '-c.publish.url=https://example.org/latest/',
    '-c.mac.notarize=false',
  ]);
  expect(builderArguments('darwin', {})).toContain('-c.mac.identity=-');
  expect(builderArguments('linux', {}).join(' ')).not.toContain('publish.');
  // A deb and an rpm name a homepage: without one of the project's own they are not made.
  expect(builderArguments('linux', {}).slice(0, 3)).toEqual(['--linux', 'AppImage', 'tar.gz']);
  expect(builderArguments('linux', UPDATES)[1]).toBe('--publish=never');
  expect(() => builderArguments('freebsd', {})).toThrow('freebsd');
});

test('notes are those of the version', () => {
  const log =
    '# Changelog\n\nIntro.\n\n## Unreleased\n\n- next\n\n## 1.2.0\n\n### Added\n\n- this\n\n## 1.1.0\n\n- old\n';
  expect(notesOf(log, '1.2.0')).toBe('### Added\n\n- this');
  expect(notesOf(log, '1.3.0')).toBe('- next');
  expect(notesOf('', '1.0.0')).toBe('');
});

test('every feed is signed for itself, by the key whose public half the build carries', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const yaml = `version: 2.0.0\nfiles:\n  - url: a.AppImage\n    sha512: abc==\nreleaseNotes: |\n  One: two\n`;
  await writeFile(join(folder, 'latest-linux.yml'), yaml);
  await writeFile(join(folder, 'builder-debug.yml'), 'x: 1');
  const key = readSigningKey(pem);
  expect(await signFeeds(folder, key)).toEqual(['latest-linux.yml']);
  const signature = (await readFile(join(folder, 'latest-linux.yml.sig'), 'utf8')).trim();
  const facts = { version: '2.0.0', sha512: ['abc=='], notes: 'One: two\n' };
  expect(feedFacts(yaml)).toEqual(facts);
  expect(isSigned('latest-linux.yml', facts, signature, readPublicKey(publicKeyOf(key)))).toBe(true);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'pem', type: 'pkcs8' });
  expect(() => readSigningKey(rsa.toString())).toThrow('Ed25519');
  expect(() => feedFacts('files: []')).toThrow();
});

test('feeds of one version from two machines become one; of two versions they do not', () => {
  const feed = (arch: string, version = '2.0.0'): string =>
    `version: ${version}\nfiles:\n  - url: chatkeep-mac-${arch}.zip\n    sha512: ${arch}==\npath: chatkeep-mac-${arch}.zip\nreleaseNotes: a`;
  const merged = mergeFeeds([feed('x64'), feed('arm64'), feed('x64')]);
  expect(feedFacts(merged)).toEqual({ version: '2.0.0', sha512: ['x64==', 'arm64=='], notes: 'a' });
  expect(() => mergeFeeds([feed('x64'), feed('arm64', '2.0.1')])).toThrow('one version');
});

test('sums are of what is released, as sha256sum reads them', async () => {
  for (const name of ['a.deb', 'b.AppImage', 'latest-linux.yml.sig', 'builder-debug.yml', 'x.cdx.json']) {
    await writeFile(join(folder, name), 'abc');
  }
  expect(await writeChecksums(folder)).toEqual(['a.deb', 'b.AppImage', 'latest-linux.yml.sig', 'x.cdx.json']);
  expect((await readFile(join(folder, 'SHA256SUMS'), 'utf8')).split('\n')[0]).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.deb',
  );
});
