import { z } from 'zod';
import type { Settings } from '../../contract/shapes.ts';
import { findZone } from '../../contract/time-zone.ts';
import { call } from '../kernel/call.ts';
import { nothing } from '../kernel/inputs.ts';

/** Some of the settings, as the file and the call take them. */
export const someSettings: z.ZodType<Partial<Settings>> = z
  .strictObject({
    theme: z.enum(['system', 'light', 'dark']),
    contrast: z.enum(['system', 'more']),
    tileSize: z.enum(['compact', 'normal', 'large']),
    playOnHover: z.boolean(),
    slideSeconds: z.literal([3, 5, 10]),
    blurUnfocused: z.boolean(),
    syncEveryMinutes: z.int().min(5).max(10_080).nullable(),
    concurrency: z.int().min(1).max(16),
    bandwidth: z.int().min(10_000).nullable(),
    diskReserve: z.int().min(0),
    notifications: z.boolean(),
    startAtLogin: z.boolean(),
    closing: z.enum(['ask', 'stay', 'quit']),
    lookForUpdates: z.boolean(),
    timeZone: z
      .string()
      .max(100)
      .refine((name) => findZone(name) !== null, 'no time zone of this system')
      .nullable(),
  } satisfies Record<keyof Settings, z.ZodType>)
  .partial();

export const settingsCalls = {
  'settings.get': call(nothing).answers<Settings>(),
  /** Changes the named fields and answers all. */
  'settings.set': call(someSettings).answers<Settings>(),
};
