import type { SyncStatus } from '../../../contract/shapes.ts';
import type { ElectronModules } from '../electron-modules.ts';
import type { Log, ShellApp } from '../shell-app.ts';
import { trayCommand, type TrayCommand, trayWords } from './sync-signs.ts';
import { WORDS } from '../words.ts';

export interface TrayPorts extends Pick<ElectronModules, 'Tray' | 'Menu' | 'nativeImage'> {
  readonly app: Pick<ShellApp, 'subscribe' | 'call'>;
  /** Absolute path of the icon; `…Template.png` on a Mac, so that it follows the menu bar's colours. */
  readonly icon: string;
  readonly show: () => void;
  readonly quit: () => void;
  readonly log: Log;
}

/**
 * The sync's state beside the clock, with the few things one wants without the window. Answers null where the desktop has no tray: some
 * Linux desktops throw, and a missing icon must not end the app.
 */
export function enableTray(ports: TrayPorts): (() => void) | null {
  const { Tray, Menu, nativeImage, app, icon, show, quit, log } = ports;
  let tray: InstanceType<typeof Tray>;
  try {
    tray = new Tray(nativeImage.createFromPath(icon));
  } catch {
    return null;
  }
  const ask = ({ call, input }: TrayCommand): void => {
    app.call(call, input, new AbortController().signal).then(
      (answer) => {
        if (!answer.ok) {
          // The window has the words for it, and the place where it is mended.
          show();
        }
      },
      (error: unknown) => log('a command of the tray failed', { error }),
    );
  };
  let command: TrayCommand | null = null;
  let words = '';
  const draw = (next: TrayCommand, toolTip: string): void => {
    if (next.label !== command?.label) {
      command = next;
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: WORDS.tray.open, click: show },
          {
            label: next.label,
            click: () => ask(next),
          },
          { type: 'separator' },
          { label: WORDS.tray.quit, click: quit },
        ]),
      );
    }
    if (toolTip !== words) {
      words = toolTip;
      tray.setToolTip(toolTip);
    }
  };
  draw(trayCommand('idle'), WORDS.tray.idle);
  tray.on('click', show);
  const stop = app.subscribe('sync.progress', (status: SyncStatus) =>
    draw(trayCommand(status.state), trayWords(status)),
  );
  return () => {
    stop();
    tray.destroy();
  };
}

/** Runs a program to its end and answers what it printed; rejects when it is missing or fails. */
export type RunProgram = (command: string, args: readonly string[]) => Promise<string>;

const NAME = 'org.kde.StatusNotifierWatcher';
const PATH = '/StatusNotifierWatcher';
const PROPERTY = 'IsStatusNotifierHostRegistered';
const GET = 'org.freedesktop.DBus.Properties';

/** The same question, by the tools that desktops bring. */
const QUESTIONS: readonly (readonly [string, readonly string[]])[] = [
  ['gdbus', ['call', '--session', '-d', NAME, '-o', PATH, '-m', `${GET}.Get`, NAME, PROPERTY]],
  ['busctl', ['--user', 'get-property', NAME, PATH, NAME, PROPERTY]],
  [
    'dbus-send',
    ['--session', '--print-reply', `--dest=${NAME}`, PATH, `${GET}.Get`, `string:${NAME}`, `string:${PROPERTY}`],
  ],
];

/**
 * Whether this desktop shows tray icons. Windows and macOS always do. On Linux Electron makes a tray object whether or not a desktop shows
 * it and says nothing, so the desktop is asked over D-Bus. No answer counts as no: a window must never be hidden into nothing.
 */
export async function trayIsShown(platform: NodeJS.Platform, run: RunProgram): Promise<boolean> {
  if (platform !== 'linux') {
    return true;
  }
  for (const [command, args] of QUESTIONS) {
    const answer = await run(command, args).catch(() => '');
    if (/\b(?:true|false)\b/.test(answer)) {
      return /\btrue\b/.test(answer);
    }
  }
  return false;
}
