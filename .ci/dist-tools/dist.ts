/**
 * `npm run dist`: makes the packages for this system in `dist/`. The build must be there. The environment gives certificates and
 * addresses (docs/packaging.md). Missing ones are reported, and the packages are made without them. Arguments go to the builder:
 * `npm run dist -- deb` makes that package alone.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { writeChecksums } from './checksums.ts';
import { builderArguments, missingWords, notesOf, updateFeed } from './dist-plan.ts';
import { prepare } from './prepare.ts';
import { run, runWell } from './run.ts';
import { shippedSbom } from './sbom.ts';
import { shippedParts } from './shipped.ts';

const root = resolve(import.meta.dirname, '../..');
const target = join(root, 'dist');
const { env, platform } = process;
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));

/** Of the last commit, so that two builds of it carry the same dates. */
async function epoch(): Promise<number> {
  const given = Number(env['SOURCE_DATE_EPOCH']);
  if (Number.isSafeInteger(given) && given > 0) {
    return given;
  }
  const commit = await run('git', ['-C', root, 'log', '-1', '--format=%ct']).catch(() => null);
  return commit?.code === 0 ? Number(commit.stdout.trim()) : 0;
}

for (const words of missingWords(platform, env)) {
  console.log(`NOTE: ${words}`);
}
const seconds = await epoch();
await rm(target, { recursive: true, force: true });
await mkdir(target);
await prepare(root, version, seconds);

await writeFile(
  join(root, 'out/packaging/release-notes.md'),
  notesOf(await readFile(join(root, 'CHANGELOG.md'), 'utf8'), version),
);

const feed = updateFeed(env);
await rm(join(root, 'out/update.json'), { force: true });
if (feed !== null) {
  await writeFile(join(root, 'out/update.json'), JSON.stringify(feed));
}

const builder = await run(
  process.execPath,
  [
    join(root, 'node_modules/electron-builder/cli.js'),
    ...builderArguments(platform, env, process.argv.slice(2)),
    '-c.releaseInfo.releaseNotesFile=out/packaging/release-notes.md',
  ],
  {
    ...env,
    SOURCE_DATE_EPOCH: String(seconds),
  },
);
console.log(builder.stdout + builder.stderr);
if (builder.code !== 0) {
  process.exit(builder.code);
}

const npm = platform === 'win32' ? ['cmd', '/c', 'npm'] : ['npm'];
const npmSbom = await runWell(npm[0] ?? 'npm', [...npm.slice(1), 'sbom', '--sbom-format', 'cyclonedx']);
await writeFile(
  join(target, `chatkeep-${version}-${platform}-${process.arch}.cdx.json`),
  shippedSbom(npmSbom, await shippedParts(root), seconds),
);
for (const name of await writeChecksums(target)) {
  console.log(`dist/${name}`);
}
