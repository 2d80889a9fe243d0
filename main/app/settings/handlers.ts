import type { AppContext } from '../core/app-context.ts';
import type { HandlersOf } from '../kernel/call.ts';
import type { settingsCalls } from './calls.ts';
import type { SettingsFile } from './settings-file.ts';

interface SettingsContext extends Pick<AppContext, 'events'> {
  readonly settings: SettingsFile;
  /** Plans the next sync again. */
  reschedule(): Promise<void>;
  /** All days that pages show are others now. */
  timeZoneChanged(): void;
}

/** `settings.*`. */
export function settingsHandlers({
  settings,
  events,
  reschedule,
  timeZoneChanged,
}: SettingsContext): HandlersOf<typeof settingsCalls> {
  return {
    'settings.get': () => settings.value,
    'settings.set': async (change) => {
      const before = settings.value;
      const after = await settings.change(change);
      events.emit('settings.changed', after);
      if (after.syncEveryMinutes !== before.syncEveryMinutes) {
        await reschedule();
      }
      if (after.timeZone !== before.timeZone) {
        timeZoneChanged();
      }
      return after;
    },
  };
}
