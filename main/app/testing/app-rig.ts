/** An app on a throw-away folder with a sandbox beside it: for tests of the app and of the shells around it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallInput, CallName, CallOutput } from '../calls.ts';
import { systemClock, type Clock } from '../../lib/clock.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/testing/sandbox.ts';
import type { AppPorts } from '../core/app-ports.ts';
import { createApp } from '../create-app.ts';
import { openLog } from '../kernel/log.ts';
import { memorySecrets, RIG_TUNING } from './rig-settings.ts';

export interface AppRigOptions {
  readonly sandbox?: SandboxOptions;
  readonly clock?: Clock;
  /** Begin with an open library. */
  readonly library?: boolean;
  /** Begin with the sandbox's account, as if from the environment. */
  readonly account?: boolean;
  readonly ports?: Partial<AppPorts>;
  /** Left out = colours of pictures are not looked at. */
  readonly colourRestMs?: number;
}

export class AppRig {
  readonly app: Awaited<ReturnType<typeof createApp>>;
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly ports: AppPorts;
  /** What the keystore holds. */
  readonly secrets: Map<string, string>;

  private constructor(
    app: AppRig['app'],
    sandbox: Sandbox,
    folder: string,
    ports: AppPorts,
    secrets: Map<string, string>,
  ) {
    this.app = app;
    this.sandbox = sandbox;
    this.folder = folder;
    this.ports = ports;
    this.secrets = secrets;
  }

  static async start(options: AppRigOptions = {}): Promise<AppRig> {
    const folder = await mkdtemp(join(tmpdir(), 'chatkeep-app-'));
    const sandbox = await startSandbox({ chats: 2, messages: 40, ...options.sandbox });
    const secrets = new Map<string, string>();
    const ports: AppPorts = {
      core: {
        clock: options.clock ?? systemClock,
        random: () => 0.5,
        secrets: memorySecrets(secrets),
        version: '0.0.0-test',
        pid: process.pid,
        environment:
          options.account === true
            ? { key: sandbox.key, connectionId: sandbox.connection, apiBase: sandbox.api, ratePerMinute: 0 }
            : null,
        tuning: RIG_TUNING,
        colourRestMs: options.colourRestMs,
      },
      log: openLog({ dir: join(folder, 'config', 'logs') }),
      configDir: join(folder, 'config'),
      defaultLibraryDir: join(folder, 'default-library'),
      library: options.library === true ? join(folder, 'library') : null,
      shell: 'memory',
      platform: 'linux',
      locale: 'en',
      versions: [],
      canStartAtLogin: false,
      canStayInTray: false,
      canNotify: false,
      system: {},
      ...options.ports,
    };
    return new AppRig(await createApp(ports), sandbox, folder, ports, secrets);
  }

  /** The value of a call that must succeed. */
  async ask<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    const result = await this.app.call(name, input, new AbortController().signal);
    if (!result.ok) {
      throw new Error(`${name}: ${result.error.code} ${result.error.message}`);
    }
    return result.value;
  }

  /** Resolves when no sync runs any more. */
  async synced(): Promise<void> {
    const idle = Promise.withResolvers<undefined>();
    const stop = this.app.subscribe('sync.progress', ({ state }) => {
      if (state === 'idle' || state === 'paused') {
        idle.resolve(undefined);
      }
    });
    try {
      const { state } = await this.ask('sync.status', {});
      if (state !== 'idle' && state !== 'paused') {
        await idle.promise;
      }
    } finally {
      stop();
    }
  }

  /** Adds the sandbox's account and syncs all of it. */
  async fill(): Promise<number> {
    const { key, connection, api } = this.sandbox;
    const account = await this.ask('accounts.add', {
      name: null,
      key,
      connectionId: connection,
      apiBase: api,
      ratePerMinute: 0,
    });
    await this.ask('sync.start', { accountId: account.id, chatIds: [], full: false, retryFailed: false });
    await this.synced();
    return account.id;
  }

  async end(): Promise<void> {
    await this.app.shutdown();
    await this.sandbox.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
