/** Closing the window into the tray, starting without one, and who is asked. With small ports of each function. */
import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS, type Settings } from '../../../contract/shapes.ts';
import { HIDDEN, startsHidden } from '../system/login-item.ts';
import { takeSingleInstance } from './single-instance.ts';
import { Stay, wantsToStay, type StayPorts } from './stay.ts';
import { trayIsShown, type RunProgram } from '../status/tray.ts';

const settled = async (): Promise<void> => {
  await new Promise(setImmediate);
};

function closing(settings: Settings | null, change: Partial<StayPorts> = {}): { stay: Stay; done: string[] } {
  const done: string[] = [];
  const stay = new Stay({
    settings: () => settings,
    trayIsShown: () => Promise.resolve(true),
    ask: () => {
      done.push('ask');
      return Promise.resolve('stay');
    },
    remember: (answer) => done.push(`remember ${answer}`),
    hide: () => done.push('hide'),
    close: () => done.push(`close, held again: ${String(stay.holds())}`),
    onFault: (error) => done.push(String(error)),
    ...change,
  });
  return { stay, done };
}

test.each([
  ['a schedule and no answer yet', DEFAULT_SETTINGS, true],
  ['a schedule, staying', { ...DEFAULT_SETTINGS, closing: 'stay' }, true],
  ['a schedule, quitting', { ...DEFAULT_SETTINGS, closing: 'quit' }, false],
  ['no schedule', { ...DEFAULT_SETTINGS, syncEveryMinutes: null, closing: 'stay' }, false],
  ['no settings yet', null, false],
] as const)('with %s the app wants to go on without a window: %o, %s', (_name, settings, wanted) => {
  expect(wantsToStay(settings)).toBe(wanted);
  expect(closing(settings).stay.holds()).toBe(wanted);
});

test('the first close asks and keeps the answer; presses while it asks are held too', async () => {
  const { stay, done } = closing(DEFAULT_SETTINGS);
  expect([stay.holds(), stay.holds()]).toEqual([true, true]);
  await settled();
  expect(done).toEqual(['ask', 'remember stay', 'hide']);
});

test('who answered before is not asked again', async () => {
  const { stay, done } = closing({ ...DEFAULT_SETTINGS, closing: 'stay' });
  stay.holds();
  await settled();
  stay.holds();
  await settled();
  expect(done).toEqual(['hide', 'hide']);
});

test('"Quit" closes this window and is kept; a question that was left changes nothing', async () => {
  const quit = closing(DEFAULT_SETTINGS, { ask: () => Promise.resolve('quit') });
  quit.stay.holds();
  await settled();
  expect(quit.done).toEqual(['remember quit', 'close, held again: false']);
  const left = closing(DEFAULT_SETTINGS, { ask: () => Promise.resolve(null) });
  left.stay.holds();
  await settled();
  expect(left.done).toEqual([]);
});

test('without a tray that shows, the window is never hidden', async () => {
  const { stay, done } = closing(
    { ...DEFAULT_SETTINGS, closing: 'stay' },
    { trayIsShown: () => Promise.resolve(false) },
  );
  stay.holds();
  await settled();
  expect(done).toEqual(['close, held again: false']);
});

test('a quit of the app is not held', () => {
  const { stay } = closing(DEFAULT_SETTINGS);
  stay.letGo();
  expect(stay.holds()).toBe(false);
});

test.each([
  ['gdbus', '(<true>,)', true],
  ['gdbus', '(<false>,)', false],
  ['busctl', 'b true', true],
  ['dbus-send', 'method return\n   variant       boolean false', false],
])('a Linux desktop that answers %s with %j shows a tray: %s', async (tool, answer, shown) => {
  const run: RunProgram = (command) =>
    command === tool ? Promise.resolve(answer) : Promise.reject(new Error('ENOENT'));
  expect(await trayIsShown('linux', run)).toBe(shown);
});

test('no tool and no session bus mean no tray; Windows and macOS have one without asking', async () => {
  const asked: string[] = [];
  const run: RunProgram = (command) => {
    asked.push(command);
    return Promise.reject(new Error('ENOENT'));
  };
  expect([await trayIsShown('win32', run), await trayIsShown('darwin', run), asked]).toEqual([true, true, []]);
  expect([await trayIsShown('linux', run), asked]).toEqual([false, ['gdbus', 'busctl', 'dbus-send']]);
});

test('a start at login is told by its argument, on a Mac by the system', () => {
  const app = (wasOpenedAtLogin: boolean) => ({
    getLoginItemSettings: () => ({ wasOpenedAtLogin }) as Electron.LoginItemSettings,
  });
  expect([
    startsHidden('win32', [HIDDEN], app(false)),
    startsHidden('linux', [], app(true)),
    startsHidden('darwin', [], app(true)),
    startsHidden('darwin', [], app(false)),
  ]).toEqual([true, false, true, false]);
});

test('a second start brings the window back, unless it wanted none', () => {
  let hear: (event: object, argv: string[]) => void = () => undefined;
  let shown = 0;
  const app = {
    requestSingleInstanceLock: () => true,
    on: (_name: string, listener: typeof hear) => {
      hear = listener;
    },
  };
  takeSingleInstance({ app: app as never, focus: () => (shown += 1) });
  hear({}, ['/opt/Chatkeep/chatkeep', HIDDEN]);
  expect(shown).toBe(0);
  hear({}, ['/opt/Chatkeep/chatkeep']);
  expect(shown).toBe(1);
});
