/** Starts the built app in real Electron, with the renderer's sandbox on, and keeps what it said. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import type * as Electron from 'electron';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { inject } from 'vitest';
import type { PreloadBridge } from '../../../main/app/bridge.ts';
import type { CallName, CallOutput } from '../../../main/app/calls.ts';
import type { Result } from '../../../main/contract/errors.ts';
import { EVERYTHING, type SyncStatus } from '../../../main/contract/shapes.ts';

/** The project: Electron starts its build in `out/`. */
export const ROOT = resolve(import.meta.dirname, '../../..');

/** What takes this long hangs; a busy machine is no fault. */
const HUNG_MS = 120_000;

/** For `describe.skipIf`; the one line that says why was printed by `setup.ts`. */
export const noElectron = inject('electron') === null;

const ownDisplay = inject('displays')[Number(process.env['VITEST_POOL_ID']) - 1];
if (ownDisplay !== undefined) {
  process.env['DISPLAY'] = ownDisplay;
  delete process.env['XAUTHORITY'];
}

export interface Launch {
  /** For settings, keys and the log: a folder of this test. */
  readonly configDir: string;
  /** A library to open at once; left out: the first run asks for one. */
  readonly library?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Running {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** What the page logged as errors, and what it threw. */
  readonly said: readonly string[];
  /** Everything the process wrote to stderr so far. */
  stderr(): string;
  /** Quits as a person does; the exit code. */
  quit(): Promise<number | null>;
}

const envOf = ({ configDir, library = '', env = {} }: Launch): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  ),
  CHATKEEP_CONFIG: configDir,
  CHATKEEP_LIBRARY: library,
  ...env,
});

/** The account of a stand-in, as environment variables. */
export const accountOf = (service: {
  readonly api: string;
  readonly key: string;
  readonly connection: string;
}): Record<string, string> => ({
  CHATKEEP_API_KEY: service.key,
  CHATKEEP_CONNECTION: service.connection,
  CHATKEEP_API_BASE: service.api,
});

/** Starts the app with a driver for its main process. */
export const drive = (options: Launch): Promise<ElectronApplication> =>
  driveFolder(ROOT, options.args ?? [], envOf(options));

/** Starts the program of a folder with a driver for its main process. It gets ready once the driver is attached. */
export async function driveFolder(
  folder: string,
  args: readonly string[] = [],
  env?: Record<string, string>,
): Promise<ElectronApplication> {
  const app = await _electron.launch({
    executablePath: inject('electron') ?? '',
    args: ['-r', join(import.meta.dirname, 'hold-ready.cjs'), folder, ...args],
    ...(env !== undefined && { env }),
    chromiumSandbox: true,
    // The theme is the app's own affair.
    colorScheme: null,
    timeout: HUNG_MS,
  });
  app.context().setDefaultTimeout(HUNG_MS);
  return app;
}

/** The page of the app's window, as soon as there is one. */
export const pageOf = (app: ElectronApplication): Promise<Page> => app.firstWindow({ timeout: HUNG_MS });

/** Starts the app with a driver for its page and its main process. */
export async function launch(options: Launch): Promise<Running> {
  const app = await drive(options);
  const child = app.process();
  const ended = exitOf(child);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const page = await pageOf(app);
  const said: string[] = [];
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') {
      said.push(message.text());
    }
  });
  return {
    app,
    page,
    said,
    stderr: () => stderr,
    quit: async () => {
      // Quits by `app.quit()`, and lets go of the process, which would wait for its debugger.
      await app.close();
      return await ended;
    },
  };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the app without a driver: `child` to kill or to watch, `ended` when it is gone. */
export function start(options: Launch): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(inject('electron') ?? '', [ROOT, ...(options.args ?? [])], {
    env: envOf(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = exitOf(child).then((code) => ({ code, stdout, stderr }));
  return { child, ended };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    await once(child, 'close');
  }
  return child.exitCode;
}

/**
 * Runs `run` in the app's main process and answers what it answers. It takes Electron's modules and `arg`, and sees nothing of this file.
 *
 * The driver's own `evaluate` may run in the middle of the app's work, and V8 holds its answer weakly until that work ends: a garbage
 * collection meanwhile loses the answer. In a turn of its own the answer leaves at once.
 */
export async function inMain<Out, In = undefined>(
  app: ElectronApplication,
  run: (electron: typeof Electron, arg: In) => Out | Promise<Out>,
  ...[arg]: In extends undefined ? [] : [arg: In]
): Promise<Out> {
  const answer: unknown = await app.evaluate(
    async (electron, [source, value]) => {
      await new Promise((turn) => {
        setImmediate(turn);
      });
      const { runInThisContext } = process.getBuiltinModule('node:vm');
      return await (runInThisContext(`(${source})`) as (...all: readonly unknown[]) => unknown)(electron, value);
    },
    [String(run), arg as unknown] as const,
  );
  return answer as Out;
}

interface PageWindow {
  readonly bridge: PreloadBridge;
}

/** Asks the app past its screens, over the bridge of its page. Throws what is no value. */
export async function ask<Name extends CallName>(
  page: Page,
  name: Name,
  input: object = {},
): Promise<CallOutput<Name>> {
  const answer = await page.evaluate(
    ([call, value]) => {
      const { bridge } = window as unknown as PageWindow;
      // Far from the numbers that the page itself gives its calls.
      return bridge.call(900_000_000 + Math.floor(Math.random() * 1e8), call, value);
    },
    [name, input] as const,
  );
  const result = JSON.parse(answer) as Result<CallOutput<Name>>;
  if (!result.ok) {
    throw new Error(`${name}: ${result.error.code} ${result.error.message}`);
  }
  return result.value;
}

/** Syncs everything; the status at the end of the run. */
export async function synced(page: Page): Promise<SyncStatus> {
  return (await page.evaluate(
    () =>
      new Promise<unknown>((done) => {
        const { bridge } = window as unknown as PageWindow;
        let ran = false;
        const stop = bridge.subscribe('sync.progress', (status) => {
          const idle = (status as { readonly state: string }).state === 'idle';
          if (ran && idle) {
            stop();
            done(status);
          }
          ran ||= !idle;
        });
        void bridge.call(899_999_999, 'sync.start', { accountId: null, chatIds: [], full: false, retryFailed: false });
      }),
  )) as SyncStatus;
}

/** Photos whose files are in the library. */
export const STORED_PHOTOS = { ...EVERYTHING, states: ['stored'], kinds: ['photo'] } as const;
