/** Media over `app://` in real Electron: byte ranges, and a seek in a film of 60 MB that is read in parts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../../main/contract/shapes.ts';
import { startSandbox, type Sandbox } from '../../../main/sandbox/testing/sandbox.ts';
import { accountOf, ask, launch, noElectron, synced, type Running } from './rig.ts';

const FILM = 60_000_000;

describe.skipIf(noElectron)('media on Electron', () => {
  let folder: string;
  let service: Sandbox;
  let running: Running;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chatkeep-media-spec-'));
    service = await startSandbox({ chats: 1, messages: 1, fixedFileBytes: 20_000, largeFileBytes: FILM });
    running = await launch({
      configDir: join(folder, 'config'),
      library: join(folder, 'library'),
      env: accountOf(service),
    });
    await synced(running.page);
  });
  afterAll(async () => {
    await running.quit();
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('ranges are answered as a browser asks for them', async () => {
    const { page } = running;
    const { rows } = await ask(page, 'media.page', {
      filter: { ...EVERYTHING, kinds: ['video'] },
      after: null,
      limit: 1,
    });
    const [film] = rows;
    expect(film).toMatchObject({ state: 'stored', bytes: FILM });
    const answers = await page.evaluate(
      async (url) =>
        Promise.all(
          ['bytes=0-99', 'bytes=-100', 'bytes=59999990-', 'bytes=60000000-', 'bytes=5-2'].map(async (range) => {
            const response = await fetch(url, { headers: { range } });
            const { byteLength } = await response.arrayBuffer();
            return [response.status, response.headers.get('content-range'), response.ok ? byteLength : 0];
          }),
        ),
      `/media/${String(film?.accountId)}/${String(film?.id)}/full`,
    );
    expect(answers.slice(0, 4)).toEqual([
      [206, 'bytes 0-99/60000000', 100],
      [206, 'bytes 59999900-59999999/60000000', 100],
      [206, 'bytes 59999990-59999999/60000000', 10],
      [416, 'bytes */60000000', 0],
    ]);
    // A range that makes no sense is ignored or refused, never half answered.
    expect([200, 416]).toContain(answers[4]?.[0]);
  });

  test('a film of 60 MB plays in the viewer and can be sought anywhere', async () => {
    const { page } = running;
    await page.evaluate(() => {
      window.location.hash = '#/media?kind=video&state=stored';
    });
    await page.waitForURL(/kind=video/);
    await page.locator('[role=gridcell]').first().click();
    const film = page.locator('#viewer video');
    await film.waitFor();
    const sought = await film.evaluate(async (player: HTMLVideoElement) => {
      const once = (name: string) =>
        new Promise<void>((done) => {
          player.addEventListener(
            name,
            () => {
              done();
            },
            { once: true },
          );
        });
      if (player.readyState < HTMLMediaElement.HAVE_METADATA) {
        await once('loadedmetadata');
      }
      const shares: number[] = [];
      for (const share of [0.9, 0.1, 0.5]) {
        const there = once('seeked');
        player.currentTime = player.duration * share;
        await there;
        shares.push(Math.round((player.currentTime / player.duration) * 10) / 10);
      }
      return { shares, error: player.error?.code ?? null };
    });
    expect(sought).toEqual({ shares: [0.9, 0.1, 0.5], error: null });
  });
});
