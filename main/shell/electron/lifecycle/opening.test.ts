/** The pages of a window while the app opens, and closing in the middle of it. */
import { expect, test } from 'vitest';
import { AppError } from '../../../lib/app-error.ts';
import { APP_PAGE, FATAL_PAGE } from '../protocol/app-origin.ts';
import { FakeApp } from '../testing/fake-app.ts';
import { Opening } from './opening.ts';

function rig(...follows: Promise<void>[]) {
  const app = new FakeApp();
  const tries: { readonly tell: (line: string) => void; readonly end: PromiseWithResolvers<null> }[] = [];
  const order: string[] = [];
  const opening = new Opening({
    open: async (tell) => {
      const end = Promise.withResolvers<null>();
      tries.push({ tell, end });
      await end.promise;
      return {
        app: Object.assign(app, {
          shutdown: () => {
            order.push('shutdown');
            return Promise.resolve();
          },
        }),
        answer: () => Promise.resolve(new Response('the app')),
      };
    },
    follow: () => {
      order.push('follow');
      return follows.shift() ?? Promise.resolve();
    },
    answerStatic: () => Promise.resolve(new Response('its empty page')),
    reload: () => {
      order.push('reload');
    },
    showFatal: () => {
      order.push('fatal');
    },
    leave: () => {
      order.push('leave');
    },
    stopCalls: () => {
      order.push('stopCalls');
    },
    log: () => undefined,
  });
  const page = async (url = APP_PAGE): Promise<string> => await (await opening.answer(new Request(url))).text();
  return { opening, app, tries, order, page };
}

const { signal } = new AbortController();

test('the page loads while the app opens, its calls wait for it, and every page shares one try', async () => {
  const { opening, app, tries, page } = rig();
  app.answers['sync.status'] = () => 'idle';
  const heard: unknown[] = [];
  opening.later.subscribe('app.changed', (payload) => heard.push(payload));
  opening.later.subscribe('app.changed', (payload) => heard.push(payload))();
  const leaving = new AbortController();
  const calls = [opening.later.call('sync.status', {}, signal), opening.later.call('sync.start', {}, leaving.signal)];
  expect(await Promise.all([page(), page(), page(`${APP_PAGE}assets/index-12345678.js`)])).toEqual(
    Array(3).fill('its empty page'),
  );
  const shown = opening.worthShowing();
  leaving.abort();
  tries[0]?.end.resolve(null);
  await shown;
  expect(await Promise.all(calls)).toMatchObject([{ value: 'idle' }, { error: { code: 'aborted' } }]);
  // A page that left before asks for nothing.
  expect(app.asked.map(({ name }) => name)).toEqual(['sync.status']);
  app.emit('app.changed', {});
  expect(heard).toEqual([{}]);
  expect(await page()).toBe('the app');
  expect(tries).toHaveLength(1);
});

test('a library that does not open puts words in the place of the page that waits', async () => {
  const { opening, tries, order, page } = rig();
  await page();
  tries[0]?.end.reject(new AppError('disk_full', 'The drive is full.', 'Free 2 GB.'));
  await opening.worthShowing();
  expect(order).toEqual(['fatal']);
  expect(await page(FATAL_PAGE)).toContain('The drive is full.');
});

test('an upgrade shows its newest step, asks again by itself, and ends in the app', async () => {
  const { opening, tries, order, page } = rig();
  await page();
  tries[0]?.tell('Copying the index <of> your library.');
  await opening.worthShowing();
  expect(order).toEqual(['reload']);
  const shown = await page();
  expect(shown).toContain('Copying the index &lt;of&gt; your library.');
  expect(shown).toContain('<meta http-equiv="refresh"');
  expect(shown).toContain('role="status"');
  tries[0]?.tell('Step 2 of 7.');
  expect(await page()).toContain('Step 2 of 7.');
  tries[0]?.end.resolve(null);
  await opening.once();
  expect(await page()).toBe('the app');
  expect(tries).toHaveLength(1);
});

test('an upgrade that fails says why, and its button tries again with no word of the first try', async () => {
  const { opening, tries, order, page } = rig();
  await page();
  tries[0]?.tell('Copying.');
  tries[0]?.end.reject(new AppError('disk_full', 'The drive is full.', 'Free 2 GB.'));
  await opening.once();
  // The page of the wait would ask again, and begin again, for ever.
  expect(order).toEqual(['reload', 'fatal']);
  const words = await page(FATAL_PAGE);
  expect(words).toContain('The drive is full.');
  expect(words).toContain('Free 2 GB.');
  expect(await page()).toBe('its empty page');
  tries[1]?.end.resolve(null);
  await opening.once();
  expect(await page()).toBe('the app');
});

test('a fault of the program says so, and nothing of it', async () => {
  const { opening, tries, page } = rig();
  await page();
  tries[0]?.end.reject(new Error('/home/someone/secret'));
  await opening.once();
  const words = await page(FATAL_PAGE);
  expect(words).toContain('An unexpected fault.');
  expect(words).not.toContain('secret');
});

test('an app whose surroundings do not start is closed, and the button opens it again', async () => {
  const { opening, app, tries, order, page } = rig(Promise.reject(new Error('no tray')));
  app.answers['sync.status'] = () => 'idle';
  await page();
  tries[0]?.end.resolve(null);
  await opening.once();
  expect(order).toEqual(['follow', 'leave', 'shutdown', 'fatal']);
  const call = opening.later.call('sync.status', {}, signal);
  expect(await page()).toBe('its empty page');
  tries[1]?.end.resolve(null);
  await opening.once();
  expect(await page()).toBe('the app');
  expect(await call).toMatchObject({ value: 'idle' });
});

test('a page that crashed leads back once; at once again it does not', async () => {
  const { opening, page } = rig();
  opening.crashed(false);
  expect(await page(FATAL_PAGE)).toContain('role="button"');
  opening.crashed(true);
  expect(await page(FATAL_PAGE)).not.toContain('role="button"');
});

test('closing while a library opens waits for it, then closes it in order', async () => {
  const { opening, tries, order, page } = rig();
  tries[0]?.tell('Step 1 of 7.');
  await page();
  const closed = opening.close();
  expect(order).toEqual([]);
  tries[0]?.end.resolve(null);
  await closed;
  expect(order).toEqual(['follow', 'stopCalls', 'leave', 'shutdown']);
});

test('closing while a library opens that then does not open ends too', async () => {
  const { opening, tries, order } = rig();
  void opening.once();
  const closed = opening.close();
  tries[0]?.end.reject(new Error('no'));
  await closed;
  expect(order).toEqual(['stopCalls', 'leave']);
});

test('no page opens a library again that is being closed', async () => {
  const { opening, tries, page } = rig();
  await opening.close();
  expect(await page()).toContain('role="alert"');
  expect(tries).toEqual([]);
});
