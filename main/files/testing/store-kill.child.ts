/** Writes to a library until it is killed: small files, and one large part again and again. Started by the test beside it. */
import { Readable } from 'node:stream';
import { openStore } from '../store/store.ts';
import { mp4, noise } from './test-library.ts';

const [root = '', seed = '1'] = process.argv.slice(2);
const store = await openStore({ root, reserveBytes: 0, workers: 2 });
/** Enough to be synced as a whole. */
const BURST = 24;
const signal = new AbortController().signal;
const large = mp4(24 * 1024 * 1024, 7);

async function small(): Promise<void> {
  for (let index = 0; ; index += BURST) {
    const burst = Array.from({ length: BURST }, (_, at) =>
      store.putBytes(Uint8Array.from(noise(1000 + (at % 40) * 1000, Number(seed) * 100_000 + index + at)), {
        totalBytes: null,
        contentType: null,
      }),
    );
    await Promise.all(burst);
    if (index === 0) {
      process.stdout.write('writing\n');
    }
  }
}

async function big(): Promise<void> {
  for (;;) {
    const offset = (await store.part('large'))?.offset ?? 0;
    const rest = large.subarray(offset);
    const source = Readable.from(
      (function* chunks() {
        for (let at = 0; at < rest.length; at += 65_536) {
          yield rest.subarray(at, at + 65_536);
        }
      })(),
      { objectMode: false },
    );
    const options = { totalBytes: large.length, contentType: null, signal, offset, etag: '"v1"', lastModified: null };
    await store.putStream('large', source, options);
  }
}

await Promise.all([small(), small(), big()]);
