/**
 * The last step of a release: `node .ci/dist-tools/assemble.ts TO FROM…`. Brings the packages of several machines into one folder, their
 * feeds together, signs the feeds (CHATKEEP_UPDATE_SIGNING_KEY, a PEM) and sums up everything. The key is needed here alone.
 */
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RELEASED, writeChecksums } from './checksums.ts';
import { mergeFeeds, readSigningKey, signFeeds } from './sign-feeds.ts';

const [target = '', ...sources] = process.argv.slice(2);
if (target === '' || sources.length === 0) {
  throw new Error('Usage: node .ci/dist-tools/assemble.ts TO FROM…');
}
await mkdir(target, { recursive: true });
const feeds = new Map<string, string[]>();
const seen = new Set<string>();
for (const source of sources) {
  for (const entry of await readdir(source, { withFileTypes: true })) {
    if (!entry.isFile() || !RELEASED.test(entry.name)) {
      continue;
    }
    const path = join(source, entry.name);
    if (/^latest[\w-]*\.yml$/.test(entry.name)) {
      feeds.set(entry.name, [...(feeds.get(entry.name) ?? []), await readFile(path, 'utf8')]);
      continue;
    }
    if (seen.has(entry.name)) {
      throw new Error(`Two machines made a file of the name ${entry.name}.`);
    }
    seen.add(entry.name);
    await copyFile(path, join(target, entry.name));
  }
}
for (const [name, yamls] of feeds) {
  await writeFile(join(target, name), mergeFeeds(yamls));
}
const pem = process.env['CHATKEEP_UPDATE_SIGNING_KEY'] ?? '';
if (pem === '') {
  console.log('NOTE: UNSIGNED FEEDS: no CHATKEEP_UPDATE_SIGNING_KEY. Installed apps will refuse these updates.');
} else {
  await signFeeds(target, readSigningKey(pem));
}
for (const name of await writeChecksums(target)) {
  console.log(name);
}
