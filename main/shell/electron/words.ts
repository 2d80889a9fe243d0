/** Every word that this shell itself shows: menus, dialogs, notifications, the fatal page. Screens have their own (`renderer/src/i18n`). */
export const WORDS = {
  name: 'Chatkeep',
  menu: {
    file: 'File',
    edit: 'Edit',
    view: 'View',
    window: 'Window',
    help: 'Help',
    openLibrary: 'Open library folder',
    settings: 'Settings…',
    allMedia: 'All media',
    activity: 'Activity',
    library: 'Library',
    palette: 'Command palette',
    sidebar: 'Show or hide the sidebar',
    blur: 'Blur all media',
    pause: 'Pause or go on with the sync',
    back: 'Back',
    shortcuts: 'Keyboard shortcuts',
    openLog: 'Open log folder',
  },
  tray: {
    open: 'Open Chatkeep',
    sync: 'Sync now',
    pause: 'Pause the sync',
    resume: 'Go on with the sync',
    quit: 'Quit',
    idle: 'Chatkeep: nothing to do',
    running: (done: number, total: number): string => `Chatkeep: ${String(done)} of ${String(total)} files`,
    paused: 'Chatkeep: paused',
    attention: 'Chatkeep: needs attention',
  },
  closing: {
    title: 'Keep syncing in the background?',
    detail:
      'Chatkeep can stay in the tray and go on syncing by its schedule. This is asked once; Settings, Sync has the answer.',
    stay: 'Keep running in the tray',
    quit: 'Quit',
  },
  notify: {
    done: 'The sync is done.',
    needsPerson: 'A sync needs your help. Open Chatkeep to see what to do.',
    failed: 'The sync stopped before its end.',
    gone: 'Some files could not be fetched.',
  },
  link: {
    title: 'Open in the browser?',
    detail: (url: string): string => url,
    open: 'Open',
    cancel: 'Cancel',
  },
  keystore: {
    title: 'This system has no keystore',
    detail:
      'The API key cannot be kept in a system keystore. It can be kept in a file that only this user can read. Anyone with full access to this account could read it there.',
    keep: 'Keep it in a file',
    cancel: 'Do not keep it',
  },
  crash: {
    title: 'The window stopped',
    message: 'The part of Chatkeep that draws the window ended unexpectedly. The library is not affected.',
    again: 'It ended again. Restart Chatkeep; if it goes on, remove the newest version and report what happened.',
    reload: 'Show the library again',
  },
  fault: {
    title: 'Chatkeep has to end',
    message: (what: string): string =>
      `An unexpected fault: ${what}\n\nThe library is not affected: whatever was written is complete. Start Chatkeep again.`,
  },
  wait: {
    title: 'The library is being brought up to date',
    hint: 'This happens once after an update. The window opens when it is done; if Chatkeep is ended before, the library stays as it was.',
  },
  fatal: {
    title: 'Chatkeep cannot start',
    retry: 'Try again',
  },
} as const;
