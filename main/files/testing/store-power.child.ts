/** Puts files into a library, and notes in the trace when each is called stored. Started by the test beside it: `ROOT TRACE BURST…`. */
import { appendFileSync } from 'node:fs';
import { openStore } from '../store/store.ts';
import { mp4, noise, streamOf } from './test-library.ts';

const [root = '', trace = '', ...bursts] = process.argv.slice(2);
const store = await openStore({ root, reserveBytes: 0 });
const plain = { totalBytes: null, contentType: null };
let seed = 0;
for (const files of bursts.map(Number)) {
  const puts = Array.from({ length: files }, async () => {
    seed += 1;
    // Each tenth is a twin of the one before.
    const { sha256 } = await store.putBytes(Uint8Array.from(noise(3000, seed % 10 === 0 ? seed - 1 : seed)), plain);
    appendFileSync(trace, `stored ${sha256}\n`);
  });
  await Promise.all(puts);
}
const large = mp4(3_000_000);
const options = { ...plain, signal: new AbortController().signal, offset: 0, etag: null, lastModified: null };
const { sha256 } = await store.putStream('large', streamOf(large), options);
appendFileSync(trace, `stored ${sha256}\n`);
await store.close();
