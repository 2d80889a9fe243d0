/** Dragging files out of the window of real Electron: with the button held, with the button let go, and with files that come late. */
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MediaRef } from '../../../main/contract/browse-shapes.ts';
import { startSandbox, type Sandbox } from '../../../main/sandbox/testing/sandbox.ts';
import { Pointer } from './pointer.ts';
import { accountOf, ask, inMain, launch, noElectron, type Running, STORED_PHOTOS, synced } from './rig.ts';

const display = process.env['DISPLAY'] ?? '';

/** What `startDrag` was handed, and whether the system's drag is over. */
interface Drag {
  readonly files: readonly string[];
  ended: boolean;
}
declare global {
  /** In the main process of the app under test. */
  var drags: Drag[];
  /** How often the page was told that the button was released. */
  var releases: number;
  /** Set: `getFileIcon` waits for its call. */
  var showIcon: (() => void) | null;
}

describe.skipIf(noElectron)('dragging out on Electron', () => {
  let folder: string;
  let service: Sandbox;
  let running: Running;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chatkeep-drag-spec-'));
    service = await startSandbox({ chats: 1, messages: 20 });
    running = await launch({
      configDir: join(folder, 'config'),
      library: join(folder, 'library'),
      env: accountOf(service),
    });
    await synced(running.page);
    await inMain(running.app, ({ BrowserWindow, app }) => {
      globalThis.drags = [];
      globalThis.releases = 0;
      globalThis.showIcon = null;
      for (const { webContents } of BrowserWindow.getAllWindows()) {
        webContents.on('input-event', (_event, { type }) => {
          globalThis.releases += type === 'mouseUp' ? 1 : 0;
        });
        const begin = webContents.startDrag.bind(webContents);
        webContents.startDrag = (item) => {
          const drag = { files: item.files ?? [], ended: false };
          globalThis.drags.push(drag);
          begin(item);
          drag.ended = true;
        };
      }
      const icon = app.getFileIcon.bind(app);
      // What a drag waits for last: a test may hold it back.
      app.getFileIcon = async (path) => {
        if (globalThis.showIcon !== null) {
          await new Promise<void>((show) => {
            globalThis.showIcon = show;
          });
        }
        return await icon(path);
      };
    });
  });
  afterAll(async () => {
    await running.quit();
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const drags = (): Promise<Drag[]> => inMain(running.app, () => globalThis.drags);

  beforeEach(async () => {
    await inMain(running.app, () => {
      globalThis.drags = [];
    });
  });

  async function oneStored(): Promise<MediaRef[]> {
    const { rows } = await ask(running.page, 'media.page', { filter: STORED_PHOTOS, after: null, limit: 1 });
    return rows.map(({ accountId, id }) => ({ accountId, mediaId: id }));
  }

  /**
   * Presses the real pointer on a stored picture and moves it until the page begins a drag.
   *
   * @param from pixels from the picture's left edge; a second press close to the first is a double click, which drags nothing
   */
  async function pull(pointer: Pointer, from: number): Promise<void> {
    const { app, page } = running;
    await page.evaluate(() => {
      window.location.hash = '#/media?kind=photo&state=stored';
    });
    // A press on a tile of the place before would be lost with it.
    const labels = page.locator('[role=gridcell]');
    await expect
      .poll(() => labels.evaluateAll((all) => all.map((each) => each.ariaLabel ?? '')))
      .toSatisfy((all: string[]) => all.length > 0 && all.every((label) => /^Photo.*Stored/.test(label)));
    // The first tile: rows below the window are drawn too, and their pictures may come first.
    const tile = labels.first();
    await tile.locator('img.there').waitFor();
    await tile.click({ trial: true });
    const box = await tile.boundingBox();
    const [origin] = await inMain(app, ({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((each) => each.getContentBounds()),
    );
    if (box === null || origin === undefined) {
      throw new Error('There is no tile to pull.');
    }
    await page.evaluate(() => {
      delete document.body.dataset['pulled'];
      document.addEventListener('dragstart', () => (document.body.dataset['pulled'] = 'yes'), { once: true });
    });
    const pulled = page.locator('body[data-pulled]');
    const x = origin.x + box.x + from;
    const y = origin.y + box.y + box.height / 2;
    pointer.forgetDrag();
    await pointer.move(x, y);
    await pointer.press();
    for (let step = 1; (await pulled.count()) === 0; step += 1) {
      await pointer.move(x + (step % 20) * 3, y);
    }
  }

  test('without a held button is refused at once, with words, and the app goes on', async () => {
    const refs = await oneStored();
    await expect(ask(running.page, 'system.dragOut', { refs })).rejects.toThrow(/mouse button was released/);
    expect(await drags()).toEqual([]);
  });

  describe.skipIf(process.platform !== 'linux' || display === '')('with the real pointer of an X11 display', () => {
    let pointer: Pointer;
    beforeAll(async () => {
      pointer = await Pointer.open(display);
    });
    afterAll(() => {
      pointer.close();
    });

    test('hands copies to the system; the release ends the drag, and no other begins by itself', async () => {
      const refs = await oneStored();
      await pull(pointer, 20);
      await expect.poll(() => pointer.dragging()).toBe(true);
      await pointer.release();
      await expect.poll(drags).toMatchObject([{ ended: true, files: [expect.stringMatching(/chatkeep-drag-/)] }]);
      const [drag] = await drags();
      await access(drag?.files[0] ?? '');
      // The release went to the system, not to the page: the button must not count as held for ever.
      await expect(ask(running.page, 'system.dragOut', { refs })).rejects.toThrow(/mouse button was released/);
    });

    test('files that come after the release start no drag; the person reads why, and drags again', async () => {
      const { app, page } = running;
      const released = (): Promise<number> => inMain(app, () => globalThis.releases);
      await inMain(app, () => {
        globalThis.showIcon = () => undefined;
      });
      await pull(pointer, 40);
      const before = await released();
      await pointer.release();
      // Files that are ready while the release is still on its way begin a drag, which the release then ends.
      await expect.poll(released).toBe(before + 1);
      await inMain(app, () => {
        globalThis.showIcon?.();
        globalThis.showIcon = null;
      });
      await page.getByText('The mouse button was released before the files were ready.').waitFor();
      await page.getByText('Drag again: they are ready now.').waitFor();
      expect(await drags()).toEqual([]);
      await pull(pointer, 60);
      await expect.poll(() => pointer.dragging()).toBe(true);
      await pointer.release();
      await expect.poll(drags).toMatchObject([{ ended: true }]);
    });
  });
});
