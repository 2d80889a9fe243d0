import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Core, type CorePorts } from './core.ts';
import { openSandbox, type RunningSandbox, type SandboxSize } from './sandbox.ts';
import { accountsForRun } from './choose.ts';
import { syncAccounts, WHOLE_SYNC, type AccountSync, type SyncHooks } from './sync-accounts.ts';

export interface DemoOptions {
  /** Null: a new folder among the temporary files; it is kept. */
  readonly libraryDir: string | null;
  readonly size: SandboxSize;
}

export interface Demo {
  readonly core: Core;
  readonly sandbox: RunningSandbox;
  readonly ends: readonly AccountSync[];
}

/**
 * The main job on sample chats: starts the sandbox, syncs it into a library and hands both to `show` while they are still open; then closes them.
 * The sandbox's account comes as if from the environment, so no keystore is touched.
 */
export async function runDemo(
  ports: CorePorts,
  options: DemoOptions,
  signal: AbortSignal,
  hooks: SyncHooks & { onStart(sandbox: RunningSandbox, libraryDir: string): void },
  show: (demo: Demo) => Promise<void>,
): Promise<void> {
  const sandbox = await openSandbox(options.size);
  try {
    const libraryDir = options.libraryDir ?? (await mkdtemp(join(tmpdir(), 'chatkeep-demo-')));
    hooks.onStart(sandbox, libraryDir);
    const environment = {
      key: sandbox.key,
      connectionId: sandbox.connection,
      apiBase: sandbox.api,
      // The stand-in has no limit.
      ratePerMinute: 0,
    };
    const core = await Core.open({ libraryDir, mode: 'write', create: true }, { ...ports, environment });
    try {
      const accounts = await accountsForRun(core, null, signal);
      await show({ core, sandbox, ends: await syncAccounts(core, accounts, WHOLE_SYNC, signal, hooks) });
    } finally {
      await core.close();
    }
  } finally {
    await sandbox.close();
  }
}
