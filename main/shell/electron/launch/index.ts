/** `npm start`: the entry that runs in plain Node and finds out where the app can open. */
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findElectron, releaseAddress } from './find-electron.ts';
import { openApp } from './open-app.ts';

const built = dirname(fileURLToPath(import.meta.url));
const root = resolve(built, '../..');
const packageDir = join(root, 'node_modules/electron');
const { env, execPath, platform } = process;
const ANSWER_LIMIT_MS = 4_000;

async function reachable(): Promise<boolean> {
  const address = await releaseAddress(packageDir, env);
  if (address === null) {
    return false;
  }
  try {
    const response = await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    return response.ok;
  } catch {
    return false;
  }
}

/** 1 when a signal ended it or it could not be started. */
function run(command: string, args: readonly string[], quiet: boolean, limitMs?: number): Promise<number> {
  return new Promise((done) => {
    // A variable for tools that use Electron as Node; with it no window opens.
    const { ELECTRON_RUN_AS_NODE: _, ...rest } = env;
    const child = spawn(command, args, { stdio: quiet ? 'ignore' : 'inherit', env: rest, timeout: limitMs });
    child.on('error', () => done(1));
    child.on('exit', (code) => done(code ?? 1));
    // Ctrl-C goes to both; the child decides how it ends, this one waits for it.
    process.on('SIGINT', () => undefined);
  });
}

process.exitCode = await openApp({
  platform,
  env,
  findElectron: () =>
    findElectron({
      platform,
      env,
      packageDir,
      reachable,
      install: async (limitMs) => (await run(execPath, [join(packageDir, 'install.js')], true, limitMs)) === 0,
    }),
  runElectron: async (binary) => {
    const begun = performance.now();
    const code = await run(binary, [root], false);
    return { code, lastedMs: performance.now() - begun };
  },
  runServer: () => run(execPath, [join(built, 'cli.js'), 'serve', '--open'], false),
  say: (line) => process.stderr.write(`${line}\n`),
});
