import { join } from 'node:path';
import { thumbUrl } from '../../contract/media-url.ts';
import { EVERYTHING } from '../../contract/shapes.ts';
import type { CallName, CallOutput } from '../../app/calls.ts';
import { APP_ORIGIN, APP_PAGE } from './protocol/app-origin.ts';
import { enableAppProtocol, registerAppScheme } from './protocol/app-protocol.ts';
import type { ElectronModules } from './electron-modules.ts';
import { enableIpc } from './protocol/ipc.ts';
import { blockRemoteContent, denyPermissions } from './security/permissions.ts';
import type { Log, ShellApp } from './shell-app.ts';
import type { OpenedApp } from './shell-app.ts';
import { webPreferences } from './security/web-preferences.ts';
import { errorText } from '../../lib/app-error.ts';

export interface SmokePorts {
  readonly electron: Pick<ElectronModules, 'app' | 'BrowserWindow' | 'ipcMain' | 'protocol' | 'session'>;
  readonly preload: string;
  /** A folder for this one start: settings, library and browser data go there, and nothing of the person's is touched. */
  readonly folder: string;
  readonly openApp: () => Promise<OpenedApp>;
  readonly versions: Readonly<Record<string, string>>;
  /** Takes the one line of the report. */
  readonly say: (line: string) => void;
  /** Calls its argument when the whole has taken too long; answers the stop. */
  readonly limit: (tooLong: () => void) => () => void;
  readonly log: Log;
}

type CheckName = 'index' | 'sync' | 'store' | 'protocol' | 'window' | 'shutdown';
/** `ok`, or in words what went wrong. */
type SmokeResults = Record<CheckName, string>;
const PARTITION = 'chatkeep-smoke';
/** Far from the numbers that the page itself gives its calls. */
const OWN_CALL = 900_000_001;

/**
 * `--smoke`: does the installed program work on this system? Opens a new library (index and its threads), fills it from the built-in
 * stand-in of the service (network, store and its threads), and shows it in a hidden window over `app://` (preload, IPC, thumbnails).
 * Says one line of JSON; answers the exit code. Never rejects.
 */
export async function runSmoke(ports: SmokePorts): Promise<0 | 1> {
  const { electron, versions, say, limit } = ports;
  const results: SmokeResults = {
    index: 'not reached',
    sync: 'not reached',
    store: 'not reached',
    protocol: 'not reached',
    window: 'not reached',
    shutdown: 'not reached',
  };
  const { promise: tooLong, reject } = Promise.withResolvers<never>();
  const stop = limit(() => reject(new Error('It took too long.')));
  tooLong.catch(() => undefined);
  /** One check; the first that fails ends the start, and the others stay `not reached`. */
  const check = async <T>(name: CheckName, work: () => Promise<T>): Promise<T> => {
    try {
      const value = await Promise.race([work(), tooLong]);
      results[name] = 'ok';
      return value;
    } catch (error) {
      results[name] = errorText(error);
      throw error;
    }
  };
  try {
    electron.app.setPath('userData', join(ports.folder, 'electron'));
    electron.app.enableSandbox();
    // Without a listener Electron quits as soon as the hidden window closes, before the report.
    electron.app.on('window-all-closed', () => undefined);
    registerAppScheme(electron.protocol);
    await electron.app.whenReady();
    await throughTheApp(ports, check);
  } catch (error) {
    ports.log('the smoke start failed', { error });
  }
  stop();
  const ok = Object.values(results).every((result) => result === 'ok');
  say(JSON.stringify({ smoke: ok ? 'ok' : 'failed', versions, checks: results }));
  return ok ? 0 : 1;
}

type Check = <T>(name: CheckName, work: () => Promise<T>) => Promise<T>;

async function throughTheApp(ports: SmokePorts, check: Check): Promise<void> {
  const { app, answer } = await check('index', async () => {
    const opened = await ports.openApp();
    await ask(opened.app, 'library.state', {});
    return opened;
  });
  try {
    await check('sync', () => syncSamples(app));
    const item = await check('store', () => storedPicture(app));
    const session = ports.electron.session.fromPartition(PARTITION, { cache: false });
    denyPermissions(session, ports.log);
    blockRemoteContent(session, ports.log);
    enableAppProtocol({
      protocol: session.protocol,
      answer,
      onFault: (error) => ports.log('answering a request failed', { error }),
    });
    const thumb = thumbUrl(item.accountId, item.mediaId, 160);
    await check('protocol', async () => {
      const response = await answer(new Request(`${APP_ORIGIN}${thumb}`));
      const { status, headers } = response;
      await response.arrayBuffer();
      if (status !== 200 || headers.get('content-type')?.startsWith('image/') !== true) {
        throw new Error(`The thumbnail was answered with ${String(status)}.`);
      }
    });
    await check('window', () => showHidden(ports, app, thumb));
  } finally {
    await check('shutdown', () => app.shutdown());
  }
}

/** The built-in sample chats, synced to their end. */
async function syncSamples(app: ShellApp): Promise<void> {
  const { id } = await ask(app, 'sandbox.start', { chats: 1, messages: 20 });
  const { promise: ended, resolve } = Promise.withResolvers<undefined>();
  let ran = false;
  const stop = app.subscribe('sync.progress', ({ state }) => {
    ran ||= state !== 'idle';
    if (ran && state === 'idle') {
      resolve(undefined);
    }
  });
  try {
    const { state } = await ask(app, 'sync.start', { accountId: id, chatIds: [], full: false, retryFailed: false });
    ran ||= state !== 'idle';
    await ended;
  } finally {
    stop();
  }
}

/** A picture whose file is in the store. */
async function storedPicture(app: ShellApp): Promise<{ readonly accountId: number; readonly mediaId: number }> {
  const { rows } = await ask(app, 'media.page', {
    filter: { ...EVERYTHING, kinds: ['photo'] },
    after: null,
    limit: 200,
  });
  const stored = rows.find(({ state, thumb }) => state === 'stored' && thumb);
  if (stored === undefined) {
    throw new Error('No picture was stored.');
  }
  return { accountId: stored.accountId, mediaId: stored.id };
}

/** The real page in a window that nobody sees: it draws, its bridge answers, its pictures come. */
async function showHidden(ports: SmokePorts, app: ShellApp, thumb: string): Promise<void> {
  const { BrowserWindow, ipcMain } = ports.electron;
  const own = new Set<number>();
  const disable = enableIpc({ ipcMain, app, ownWindows: own, log: ports.log });
  const window = new BrowserWindow({ show: false, webPreferences: webPreferences(ports.preload, PARTITION) });
  own.add(window.webContents.id);
  try {
    await window.loadURL(APP_PAGE);
    const seen: unknown = await window.webContents.executeJavaScript(`(async () => {
      const info = JSON.parse(await window.bridge.call(${String(OWN_CALL)}, 'app.info', {}));
      const picture = await fetch('${thumb}');
      const drawn = () => document.querySelector('main') !== null;
      if (!drawn()) {
        await new Promise((done) => new MutationObserver((_, watch) => { if (drawn()) { watch.disconnect(); done(); } })
          .observe(document, { childList: true, subtree: true }));
      }
      return [info.ok === true, picture.status].join(' ');
    })()`);
    if (seen !== 'true 200') {
      throw new Error(`The page saw: ${String(seen)}.`);
    }
  } finally {
    disable();
    window.close();
  }
}

async function ask<Name extends CallName>(app: ShellApp, name: Name, input: unknown): Promise<CallOutput<Name>> {
  const answer = await app.call(name, input, new AbortController().signal);
  if (!answer.ok) {
    throw new Error(`${name}: ${answer.error.message}`);
  }
  return answer.value;
}
