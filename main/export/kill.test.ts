import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { MadeLibrary } from './testing/made-library.ts';
import { verifyExport } from './proof/verify-export.ts';
import { inLong } from '../lib/testing/long.ts';

const CHILD = fileURLToPath(new URL('./testing/export-child.ts', import.meta.url));
const FILES = 400;
const BYTES = 60_000;
const KILLS = inLong(12, 3);

const bytesOf = (index: number): Buffer => Buffer.alloc(BYTES, `${String(index)} `);

/** Files of the target outside of the folder for half-written ones, with the bytes each holds. */
async function filesIn(dir: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.jpg'));
  return new Map(
    await Promise.all(
      files.map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return [path, await readFile(path)] as const;
      }),
    ),
  );
}

test('killed again and again, an export ends with every file once, whole, and its proof in order', async () => {
  const made = await MadeLibrary.open();
  try {
    await made.add(
      Array.from({ length: FILES }, (_unused, index) => ({
        id: index + 1,
        media: [{ id: 1000 + index, bytes: bytesOf(index) }],
      })),
    );
    await made.close();
    const whole = new Set(
      Array.from({ length: FILES }, (_unused, index) => createHash('sha256').update(bytesOf(index)).digest('hex')),
    );
    let before = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = spawn(process.execPath, [CHILD, made.folder, '{mediaId}'], { stdio: 'ignore' });
      const gone = once(child, 'exit');
      // Killed when some more files are there, at whatever it is doing then.
      for (const wanted = Math.min(FILES - 1, before + 30); child.exitCode === null && before < wanted;) {
        before = (await readdir(made.target()).catch(() => [])).filter((name) => name.endsWith('.jpg')).length;
      }
      child.kill('SIGKILL');
      await gone;
      const files = await filesIn(made.target());
      before = files.size;
      for (const [path, bytes] of files) {
        expect(whole, path).toContain(createHash('sha256').update(bytes).digest('hex'));
      }
    }
    const last = spawn(process.execPath, [CHILD, made.folder, '{mediaId}'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    last.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    await once(last, 'close');
    expect(JSON.parse(text)).toMatchObject({ planned: FILES, failed: 0 });
    expect((await filesIn(made.target())).size).toBe(FILES);
    expect(await readdir(join(made.target(), '.chatkeep-export'))).toEqual(['export.json']);
    const { signal } = new AbortController();
    const check = await verifyExport(made.target(), signal, {
      onProgress: () => undefined,
      onProblem: () => undefined,
    });
    expect(check).toMatchObject({ missing: 0, changed: 0 });
    expect(check.ok).toBeGreaterThan(FILES);
  } finally {
    await made.end();
  }
});
