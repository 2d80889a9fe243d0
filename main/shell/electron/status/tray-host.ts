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
