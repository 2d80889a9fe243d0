/** The native menus by their templates, and the way to a library opened before. */
import { expect, test } from 'vitest';
import { SHORTCUTS } from '../../../../renderer/src/lib/keyboard.ts';
import { err, ok, type Result } from '../../../contract/errors.ts';
import type { MenuItemConstructorOptions, MessageBoxOptions } from '../electron-modules.ts';
import { menuTemplate, type MenuActions, type MenuFacts } from './menu.ts';
import { jumpList, RecentLibraries } from './recent-libraries.ts';

const SYSTEMS = ['darwin', 'linux', 'win32'] as const;

function actions(done: unknown[] = []): MenuActions {
  return {
    goTo: (route) => done.push(route),
    press: (stroke) => done.push(stroke),
    openFolder: (folder) => done.push(`folder ${folder}`),
    openRecent: (path) => done.push(`open ${path}`),
    openOther: () => done.push('open other'),
    forgetRecent: () => done.push('forget'),
  };
}

const allItems = (template: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? allItems(item.submenu) : [])]);

const items = (change: Partial<MenuFacts> = {}, done: unknown[] = []): MenuItemConstructorOptions[] =>
  allItems(menuTemplate({ platform: 'linux', devTools: false, recent: [], ...change }, actions(done)));

function press(of: readonly MenuItemConstructorOptions[], label: string): void {
  const item = of.find((each) => each.label === label);
  if (item?.click === undefined) {
    throw new Error(`The menu has no command "${label}".`);
  }
  (item.click as () => void)();
}

test.each(SYSTEMS)('on %s the menus are those of the system, in its order', (platform) => {
  const names = menuTemplate({ platform, devTools: false, recent: [] }, actions()).map(({ label }) => label);
  const usual = ['File', 'Edit', 'View', 'Go', 'Window', 'Help'];
  expect(names).toEqual(platform === 'darwin' ? ['Chatkeep', ...usual] : usual);
  const roles = items({ platform }).map(({ role }) => role);
  expect(roles).toEqual(
    expect.arrayContaining([
      'about',
      'quit',
      'editMenu',
      'windowMenu',
      'zoomIn',
      'zoomOut',
      'resetZoom',
      'togglefullscreen',
    ]),
  );
  expect(roles).not.toContain('toggleDevTools');
  expect(roles).not.toContain('reload');
});

test.each(SYSTEMS)('on %s a key has one meaning, and the page is the one that hears it', (platform) => {
  const shown = items({ platform }).filter((item) => item.accelerator !== undefined && item.role === undefined);
  expect(new Set(shown.map(({ accelerator }) => accelerator)).size).toBe(shown.length);
  expect(shown.filter((item) => item.registerAccelerator !== false)).toEqual([]);
});

test('every key that the menu shows is one of the keyboard map', () => {
  const known = Object.values(SHORTCUTS).map(({ keys }) => keys.toLowerCase());
  const shown = items()
    .filter(({ role }) => role === undefined)
    .flatMap(({ accelerator }) => (accelerator === undefined ? [] : [accelerator]))
    .map((keys) => keys.toLowerCase().replace('commandorcontrol', 'mod').replace('left', 'arrowleft'));
  expect(shown.length).toBeGreaterThan(4);
  expect(shown.filter((keys) => !known.includes(keys))).toEqual([]);
});

test('the commands do what they say; a checkout has developer tools', () => {
  const done: unknown[] = [];
  const all = items({ devTools: true, recent: ['/a/Me & you'] }, done);
  for (const label of [
    'Settings…',
    'Trash',
    'Command palette',
    'Show library folder',
    'Show log folder',
    'Versions and licences',
    'Open library…',
    '/a/Me && you',
    'Clear the list',
  ]) {
    press(all, label);
  }
  expect(done).toEqual([
    '#/settings/accounts',
    '#/trash',
    { keyCode: 'k', modifiers: ['control'] },
    'folder library',
    'folder log',
    '#/settings/about',
    'open other',
    'open /a/Me & you',
    'forget',
  ]);
  expect(all.map(({ role }) => role)).toContain('toggleDevTools');
});

test('without recent libraries the menu says so and has nothing to clear', () => {
  const all = items();
  expect(all.find(({ label }) => label === 'No libraries yet')?.enabled).toBe(false);
  expect(all.find(({ label }) => label === 'Clear the list')?.enabled).toBe(false);
});

test('a jump list starts the program with the library, quoted', () => {
  expect(jumpList([], 'C:\\chatkeep.exe')).toEqual([]);
  expect(jumpList(['D:\\My library'], 'C:\\chatkeep.exe')).toEqual([
    {
      type: 'custom',
      name: 'Recent libraries',
      items: [
        {
          type: 'task',
          title: 'D:\\My library',
          description: 'D:\\My library',
          program: 'C:\\chatkeep.exe',
          args: '"--recent=D:\\My library"',
        },
      ],
    },
  ]);
});

interface Rig {
  readonly recent: RecentLibraries;
  readonly done: string[];
  readonly asked: MessageBoxOptions[];
}

/** `/here` is a library, `/busy` one that cannot be opened now, everything else is away. */
async function rig(response = 0, picked: string | null = null): Promise<Rig> {
  const done: string[] = [];
  const asked: MessageBoxOptions[] = [];
  let paths = ['/here', '/away', '/busy'];
  let changed: () => void = () => undefined;
  const call = (name: string, input: { readonly path?: string | null }): Promise<Result<unknown>> => {
    const path = input.path ?? null;
    switch (name) {
      case 'library.recent':
        return Promise.resolve(ok({ paths }));
      case 'library.inspect':
        return Promise.resolve(ok({ kind: path === '/here' || path === '/busy' ? 'library' : 'missing' }));
      case 'library.choose':
        done.push(`choose ${String(path)}`);
        return Promise.resolve(path === '/busy' ? err('busy', 'The library is in use.', 'Wait.') : ok({}));
      default:
        paths = path === null ? [] : paths.filter((each) => each !== path);
        changed();
        return Promise.resolve(ok(null));
    }
  };
  const recent = new RecentLibraries({
    app: {
      call: call as never,
      subscribe: (_name, listener) => {
        changed = listener as () => void;
        return () => undefined;
      },
    },
    dialog: {
      showMessageBox: ((question: MessageBoxOptions) => {
        asked.push(question);
        return Promise.resolve({ response, checkboxChecked: false });
      }) as never,
    },
    window: () => null,
    pickFolder: () => Promise.resolve(picked),
    showLibrary: () => done.push('show'),
    draw: (list) => done.push(`draw ${list.join(' ')}`),
    log: () => undefined,
  });
  await recent.follow();
  return { recent, done, asked };
}

test('a recent library opens and is shown; one in the way says why', async () => {
  const { recent, done, asked } = await rig();
  await recent.open('/here');
  await recent.open('/busy');
  expect(done).toEqual(['draw /here /away /busy', 'choose /here', 'show', 'choose /busy']);
  expect(asked).toMatchObject([{ message: 'The library is in use.', detail: 'Wait.' }]);
});

test('a folder that is away is told and kept, or leaves the list; no library is made in its place', async () => {
  const kept = await rig(0);
  await kept.recent.open('/away');
  expect(kept.done).toEqual(['draw /here /away /busy']);
  expect(kept.asked[0]?.detail).toContain('/away');
  const gone = await rig(1);
  await gone.recent.open('/away');
  await new Promise(setImmediate);
  expect(gone.done).toEqual(['draw /here /away /busy', 'draw /here /busy']);
});

test('another library is chosen in a dialog; a folder that is none is refused', async () => {
  const left = await rig(0, null);
  await left.recent.openOther();
  const none = await rig(0, '/elsewhere');
  await none.recent.openOther();
  expect([left.asked, none.asked[0]?.message, none.done.length]).toEqual([[], 'This folder is no library.', 1]);
  const good = await rig(0, '/here');
  await good.recent.openOther();
  expect(good.done).toContain('choose /here');
});

test('a start opens what its arguments name only if it was opened before', async () => {
  const { recent, done } = await rig();
  await recent.openByArguments(['/opt/Chatkeep/chatkeep', '--recent=/somewhere']);
  await recent.openByArguments(['/opt/Chatkeep/chatkeep']);
  expect(done).toEqual(['draw /here /away /busy']);
  await recent.openByArguments(['/opt/Chatkeep/chatkeep', '--recent=/here']);
  expect(done).toContain('choose /here');
});
