import { isCallName } from '../../../app/calls.ts';
import { ABORTED, err } from '../../../contract/errors.ts';
import { type EventName, isEventName } from '../../../contract/events.ts';
import { eventChannel, IPC } from '../../../contract/wire-names.ts';
import type { ElectronModules, IpcMainEvent, IpcMainInvokeEvent, WebContents } from '../electron-modules.ts';
import type { Log, ShellApp } from '../shell-app.ts';
import { isOwnUrl } from './app-origin.ts';

export interface IpcPorts {
  readonly ipcMain: Pick<ElectronModules['ipcMain'], 'handle' | 'removeHandler' | 'on' | 'off'>;
  readonly app: Pick<ShellApp, 'call' | 'subscribe'>;
  /** Ids of the web contents of our own windows, kept current by whoever makes windows. */
  readonly ownWindows: ReadonlySet<number>;
  readonly log: Log;
}

const REFUSED = err('unauthorised', 'This page may not ask.');
/** A page that asks for more at once is broken; the bound keeps it from filling the memory of the app. */
const MOST_CALLS = 1000;

/** The running calls of one page, aborted when the page closes. */
interface PageState {
  readonly calls: Map<number, AbortController>;
  readonly events: Map<EventName, { count: number; stop: () => void }>;
}

/**
 * The four verbs over Electron's IPC (checklist 17). Answers are JSON text. Errors are values, since Electron's `handle` loses class and fields of what is thrown.
 * A page that navigates, reloads or dies gives up its calls and subscriptions. Answers the function that takes everything down again.
 */
export function enableIpc(ports: IpcPorts): () => void {
  const { ipcMain, app, ownWindows, log } = ports;
  const pages = new Map<number, PageState>();
  const watched = new WeakSet<WebContents>();

  function drop(id: number): void {
    const state = pages.get(id);
    pages.delete(id);
    state?.calls.forEach((controller) => controller.abort());
    state?.events.forEach((each) => each.stop());
  }

  /** Once for each web contents, which outlives the pages it shows. */
  function watch(contents: WebContents): void {
    if (watched.has(contents)) {
      return;
    }
    watched.add(contents);
    const { id } = contents;
    contents.once('destroyed', () => drop(id));
    contents.on('render-process-gone', () => drop(id));
    contents.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) {
        drop(id);
      }
    });
  }

  function stateOf(contents: WebContents): PageState {
    watch(contents);
    const known = pages.get(contents.id);
    if (known !== undefined) {
      return known;
    }
    const state: PageState = { calls: new Map(), events: new Map() };
    pages.set(contents.id, state);
    return state;
  }

  const trusted = (event: IpcMainEvent | IpcMainInvokeEvent): boolean => {
    const good = isTrustedSender(event, ownWindows);
    if (!good) {
      log('ipc refused', { sender: event.sender.id });
    }
    return good;
  };

  async function call(event: IpcMainInvokeEvent, callId: unknown, name: unknown, input: unknown): Promise<unknown> {
    if (!trusted(event)) {
      return REFUSED;
    }
    if (!isCallName(name)) {
      return err('unknown_call', 'There is no call of this name.');
    }
    const { calls } = stateOf(event.sender);
    if (!isCallId(callId) || calls.has(callId)) {
      return err('bad_input', 'The number of a call must be a new positive integer.');
    }
    if (calls.size >= MOST_CALLS) {
      return err('busy', 'Too many requests at once.', 'Reload the window.');
    }
    const controller = new AbortController();
    calls.set(callId, controller);
    try {
      const answer = await app.call(name, input, controller.signal);
      return controller.signal.aborted ? ABORTED : answer;
    } catch (error) {
      log('a call threw', { call: name, error });
      return err('internal', 'The request failed unexpectedly.', 'Try again; the log says more.');
    } finally {
      calls.delete(callId);
    }
  }

  function cancel(event: IpcMainEvent, callId: unknown): void {
    if (trusted(event) && isCallId(callId)) {
      pages.get(event.sender.id)?.calls.get(callId)?.abort();
    }
  }

  function subscribe(event: IpcMainEvent, name: unknown): void {
    if (!trusted(event) || !isEventName(name)) {
      return;
    }
    const { sender } = event;
    const { events } = stateOf(sender);
    const known = events.get(name);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const stop = app.subscribe(name, (payload) => {
      if (!sender.isDestroyed()) {
        sender.send(eventChannel(name), payload);
      }
    });
    events.set(name, { count: 1, stop });
  }

  function unsubscribe(event: IpcMainEvent, name: unknown): void {
    if (!trusted(event) || !isEventName(name)) {
      return;
    }
    const events = pages.get(event.sender.id)?.events;
    const known = events?.get(name);
    if (known === undefined) {
      return;
    }
    known.count -= 1;
    if (known.count === 0) {
      events?.delete(name);
      known.stop();
    }
  }

  ipcMain.handle(IPC.call, async (event, callId, name, input) =>
    JSON.stringify(await call(event, callId, name, input)),
  );
  ipcMain.on(IPC.cancel, cancel);
  ipcMain.on(IPC.subscribe, subscribe);
  ipcMain.on(IPC.unsubscribe, unsubscribe);
  return () => {
    ipcMain.removeHandler(IPC.call);
    ipcMain.off(IPC.cancel, cancel);
    ipcMain.off(IPC.subscribe, subscribe);
    ipcMain.off(IPC.unsubscribe, unsubscribe);
    [...pages.keys()].forEach(drop);
  };
}

const isCallId = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0;

/** The part of an ipc event that tells who sent it. */
interface Sender {
  readonly sender: { readonly id: number; readonly mainFrame: { readonly frameTreeNodeId: number } };
  readonly senderFrame: {
    readonly url: string;
    readonly parent: object | null;
    readonly frameTreeNodeId: number;
  } | null;
}

/**
 * Electron's security checklist, 17: "Validate the sender of all IPC messages". Trusted is only the main frame of one of our own windows
 * while it shows a page of our own origin. A frame that is gone (null) is not trusted: nobody waits for its answer.
 *
 * @param ownWindows ids of the web contents that this shell made
 */
function isTrustedSender(event: Sender, ownWindows: ReadonlySet<number>): boolean {
  const frame = event.senderFrame;
  return (
    frame !== null &&
    ownWindows.has(event.sender.id) &&
    frame.frameTreeNodeId === event.sender.mainFrame.frameTreeNodeId &&
    frame.parent === null &&
    isOwnUrl(frame.url)
  );
}
