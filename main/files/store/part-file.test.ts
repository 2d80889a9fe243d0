import { open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeAll } from './part-file.ts';

test.each([3, 300])('%i written pieces give their memory back, but none that they share', async (count) => {
  const shared = new Uint8Array(count * 10).fill(7);
  const pieces = Array.from({ length: count }, (_unused, at) =>
    at % 2 === 0 ? Buffer.from(new Uint8Array(10).fill(at % 251).buffer) : Buffer.from(shared.buffer, at * 10, 10),
  );
  const bytes = Buffer.concat(pieces);
  const path = join(tmpdir(), `chatkeep-pieces-${String(process.pid)}-${String(count)}`);
  const handle = await open(path, 'w');
  try {
    await writeAll(handle, pieces, 5);
    expect((await readFile(path)).subarray(5).equals(bytes)).toBe(true);
    expect(pieces.filter(({ byteLength }) => byteLength > 0).length).toBe(Math.floor(count / 2));
    expect(shared.every((byte) => byte === 7)).toBe(true);
  } finally {
    await handle.close();
    await rm(path);
  }
});
