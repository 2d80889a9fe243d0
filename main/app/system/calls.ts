import { z } from 'zod';
import type { LicencePart } from '../../contract/about-shapes.ts';
import type { AppInfo } from '../../contract/shapes.ts';
import { call, type Done } from '../kernel/call.ts';
import { mediaRef, nothing, path } from '../kernel/inputs.ts';

export const systemCalls = {
  'app.info': call(nothing).answers<AppInfo>(),
  /** The work of others in the app, by name; empty where no list was made (a build without it). */
  'app.licences': call(nothing).answers<{ readonly parts: readonly LicencePart[] }>(),

  /** https links only, after the person pressed one. */
  'system.openExternal': call(z.strictObject({ url: z.url({ protocol: /^https$/ }).max(2000) })).answers<Done>(),
  'system.showInFolder': call(mediaRef).answers<Done>(),
  /**
   * Begins to drag the stored files of these items out of the window, under the names an export gives them; to be called while the page's
   * own drag begins. `unsupported` in a browser: there a page offers `downloadUrl` (media-url.ts) as `DownloadURL`.
   */
  'system.dragOut': call(z.strictObject({ refs: z.array(mediaRef).min(1).max(200) })).answers<Done>(),
  'system.openFolder': call(z.strictObject({ folder: z.enum(['library', 'log']) })).answers<Done>(),
  /** A native dialog; null when the person left it. `unsupported` where the shell has none. */
  'system.pickFolder': call(z.strictObject({ title: z.string().max(200), start: path.nullable() })).answers<{
    readonly path: string | null;
  }>(),
};
