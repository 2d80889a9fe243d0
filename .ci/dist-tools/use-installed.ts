import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TEST_PICTURES } from '../../main/sandbox/picture-files.ts';
import { run, runWell } from './run.ts';
import { UNPACKED } from './stand-in-runtime.ts';

const sandboxSchema = z.object({ api: z.string(), media: z.string(), key: z.string(), connection: z.string() });
const syncSchema = z.object({ outcome: z.string(), ledger: z.object({ listed: z.number(), stored: z.number() }) });
const verifySchema = z.object({ checked: z.number(), ok: z.number(), missing: z.number(), corrupt: z.number() });
const exportSchema = z.object({ written: z.number(), failed: z.number() });

/**
 * The main job by the packed command alone, in a home of its own: a stand-in of the service, sync, verify, export. Answers problems.
 * `unpackedApp`: for the stand-in of Electron.
 */
export async function useInstalled(
  command: string,
  home: string,
  version: string,
  unpackedApp = '',
): Promise<string[]> {
  await mkdir(home, { recursive: true });
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    LANG: 'C.UTF-8',
    [UNPACKED]: unpackedApp,
    // The same code is started again and again.
    NODE_COMPILE_CACHE: `${home}-compiled`,
    // Pictures that it draws are drawn for the tests, too.
    [TEST_PICTURES]: process.env[TEST_PICTURES],
  };
  const problems: string[] = [];
  const want = (what: string, good: boolean): void => {
    if (!good) {
      problems.push(what);
    }
  };
  want('--version does not tell the version.', (await runWell(command, ['--version'], env)).trim() === version);
  want('--help does not tell the commands.', (await runWell(command, ['--help'], env)).includes('ledger'));
  want('A mistyped command is not refused with 2.', (await run(command, ['snyc'], env)).code === 2);

  const sandbox = spawn(command, ['sandbox', '--chats', '2', '--messages', '20', '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const { api, key, connection } = sandboxSchema.parse(JSON.parse(await firstLine(sandbox)));
    const account = {
      ...env,
      CHATKEEP_API_BASE: api,
      CHATKEEP_API_KEY: key,
      CHATKEEP_CONNECTION: connection,
      CHATKEEP_API_RATE: '0',
    };
    const synced = await run(command, ['sync', '--json'], account);
    const { outcome, ledger } = syncSchema.parse(JSON.parse(synced.stdout));
    want(`The sync ended with ${outcome}: ${synced.stderr}`, outcome === 'complete' && ledger.stored > 0);
    const checked = verifySchema.parse(JSON.parse(await runWell(command, ['verify', '--deep', '--json'], env)));
    want('The library does not verify.', checked.ok === checked.checked && checked.missing + checked.corrupt === 0);
    const exported = await runWell(command, ['export', '--to', join(home, 'export'), '--json'], env);
    const { written, failed } = exportSchema.parse(JSON.parse(exported));
    want('The export wrote nothing.', written > 0 && failed === 0);
  } finally {
    await end(sandbox);
  }
  return problems;
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const cut = text.indexOf('\n');
      if (cut !== -1) {
        resolve(text.slice(0, cut));
      }
    });
    child.on('error', reject);
    child.on('close', (code) => {
      reject(new Error(`The stand-in of the service ended with ${String(code)}.`));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((done) => child.once('close', done));
    child.kill('SIGINT');
    await gone;
  }
}
