/** The entry itself, in a process of its own, with `electron` answered by a stand-in that never becomes ready. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

test('runs to its end without waiting for ready, and has done by then what must come before', async () => {
  const configDir = await mkdtemp(join(tmpdir(), 'chatkeep-entry-'));
  const names =
    'app BrowserWindow crashReporter dialog ipcMain Menu nativeImage nativeTheme net Notification powerMonitor powerSaveBlocker protocol safeStorage screen session shell Tray';
  const stand = `
    const calls = (globalThis.calls = []);
    // How much shared memory this machine has decides about a switch.
    const make = (name) => new Proxy({}, { get: (_target, key) => key === 'commandLine' ? { appendSwitch() {} } : (...args) => {
      calls.push(name + '.' + String(key) + (key === 'on' ? ' ' + args[0] : ''));
      return key === 'whenReady' ? new Promise(() => undefined) : key === 'requestSingleInstanceLock';
    } });
    ${names
      .split(' ')
      .map((name) => `export const ${name} = make('${name}');`)
      .join('\n')}`;
  const child = `
    import { registerHooks } from 'node:module';
    const stand = 'data:text/javascript,' + encodeURIComponent(${JSON.stringify(stand)});
    registerHooks({ resolve: (name, context, next) =>
      name === 'electron' ? { url: stand, shortCircuit: true } : next(name, context) });
    await import(${JSON.stringify(new URL('index.ts', import.meta.url).href)});
    console.log(JSON.stringify(globalThis.calls));`;
  try {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', child], {
      env: { ...process.env, CHATKEEP_CONFIG: configDir },
    });
    const calls: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(calls).toEqual([
      'app.on child-process-gone',
      'app.setPath',
      ...(process.platform === 'linux' ? [] : ['app.setPath', 'crashReporter.start']),
      'app.enableSandbox',
      'protocol.registerSchemesAsPrivileged',
      'ipcMain.handle',
      'ipcMain.on chatkeep:cancel',
      'ipcMain.on chatkeep:subscribe',
      'ipcMain.on chatkeep:unsubscribe',
      'app.requestSingleInstanceLock',
      'app.on second-instance',
      'app.on open-url',
      'app.on second-instance',
      'app.on before-quit',
      'app.on web-contents-created',
      'app.on will-quit',
      'app.whenReady',
    ]);
  } finally {
    await rm(configDir, { recursive: true });
  }
});
