/** Other ways to fetch the same files, timed in ms. They neither list, nor index, nor (but for the loop) hash or sync to disk. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import got from 'got';
import { BenchFailure, expectEqual } from './figures.ts';

export interface Downloader {
  readonly name: string;
  /** Fetches every link into `folder`, an existing empty one; resolves with the ms it took. */
  fetchAll(links: readonly string[], folder: string): Promise<number>;
}

/** The installed download tools and the loop, with the names of missing tools. */
export function downloadersHere(): { readonly here: readonly Downloader[]; readonly missing: readonly string[] } {
  const tools = [aria2c, curl];
  const here = tools.filter(({ command }) => spawnSync(command, ['--version']).status === 0);
  return { here, missing: tools.filter((tool) => !here.includes(tool)).map(({ command }) => command) };
}

const aria2c = {
  command: 'aria2c',
  name: 'aria2c -j8',
  fetchAll: async (links: readonly string[], folder: string): Promise<number> => {
    const list = join(folder, '..', `aria2-${randomUUID()}.txt`);
    await writeFile(list, links.map((link, index) => `${link}\n out=${index}.bin\n`).join(''));
    return await timed('aria2c', ['-q', '-j8', '-d', folder, '-i', list, '--console-log-level=error']);
  },
};

const curl = {
  command: 'curl',
  name: 'curl --parallel 8',
  fetchAll: async (links: readonly string[], folder: string): Promise<number> => {
    const list = join(folder, '..', `curl-${randomUUID()}.txt`);
    const lines = links.map((link, index) => `url = "${link}"\noutput = "${join(folder, `${index}.bin`)}"\n`);
    await writeFile(list, lines.join(''));
    return await timed('curl', [
      '-s',
      '-S',
      '--no-progress-meter',
      '--fail',
      '--parallel',
      '--parallel-max',
      '8',
      '-K',
      list,
    ]);
  },
};

/** A plain Node program: got, a hash, a file; eight at once. */
export const gotLoop: Downloader = {
  name: 'got-hash-write loop',
  fetchAll: async (links, folder) => {
    const begun = performance.now();
    const queue = links.entries();
    const lane = async (): Promise<void> => {
      for (const [index, link] of queue) {
        const hash = createHash('sha256');
        const hashing = new Transform({
          transform: (chunk: Buffer, _encoding, done) => {
            hash.update(chunk);
            done(null, chunk);
          },
        });
        await pipeline(
          got.stream(link, { retry: { limit: 0 } }),
          hashing,
          createWriteStream(join(folder, `${index}.bin`)),
        );
        hash.digest('hex');
      }
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    return performance.now() - begun;
  },
};

/** Runs a downloader in a new folder below `parent` and counts what it brought; throws `BenchFailure` when that is not all. Resolves with ms. */
export async function runDownloader(
  tool: Downloader,
  links: readonly string[],
  bytes: number,
  parent: string,
): Promise<number> {
  const folder = join(parent, randomUUID());
  await mkdir(folder);
  const ms = await tool.fetchAll(links, folder);
  const names = await readdir(folder);
  expectEqual(`files that ${tool.name} brought`, names.length, links.length);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  expectEqual(
    `bytes that ${tool.name} brought`,
    sizes.reduce((sum, size) => sum + size, 0),
    bytes,
  );
  return ms;
}

async function timed(command: string, args: readonly string[]): Promise<number> {
  const begun = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  await once(child, 'exit');
  if (child.exitCode !== 0) {
    throw new BenchFailure(`${command} ended with exit code ${String(child.exitCode)}`);
  }
  return performance.now() - begun;
}
