/** A server over an app of a test, with a built page made up on the spot. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLog } from '../../../app/kernel/log.ts';
import type { AppRig } from '../../../app/testing/app-rig.ts';
import { startServer, type RunningServer, type ServerOptions } from '../server.ts';

export async function serveRig(rig: AppRig, options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const rendererDir = join(rig.folder, 'renderer');
  await mkdir(rendererDir, { recursive: true });
  await writeFile(join(rendererDir, 'index.html'), '<!doctype html><title>the app</title>');
  return await startServer({
    app: rig.app,
    rendererDir,
    port: 0,
    log: silentLog,
    now: () => Date.now(),
    ...options,
  });
}
