/**
 * What Electron would load: the built main process, with its workers, chunks and pages where the build put them. In a process of its own,
 * with `electron` answered by the double without a browser.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const entry = join(root, 'out/main/electron.js');
const built = existsSync(entry);
if (!built) {
  process.stderr.write('SKIPPED: the built main process: there is no build in out/ (npm run build)\n');
}

const child = `
import { registerHooks } from 'node:module';
import { createElectronDouble } from ${JSON.stringify(pathToFileURL(join(root, 'main/shell/electron/double/electron-double.ts')).href)};
const double = createElectronDouble();
globalThis.double = double;
const names = Object.keys(double.electron);
const stand = 'data:text/javascript,' + encodeURIComponent(
  names.map((name) => \`export const \${name} = globalThis.double.electron.\${name};\`).join(''),
);
registerHooks({ resolve: (name, context, next) =>
  name === 'electron' ? { url: stand, shortCircuit: true } : next(name, context) });
double.app.exited.then((code) => process.exit(code));
double.app.on('web-contents-created', (_event, contents) => {
  contents.once('did-finish-load', async () => {
    const event = { sender: contents, senderFrame: contents.mainFrame };
    let last = 0;
    const ask = async (name, input) => (await double.ipcMain.invoke('chatkeep:call', event, [(last += 1), name, input])).value;
    const page = await contents.lastAnswer.text();
    const script = /src="\\.?(\\/assets\\/[^"]+)"/.exec(page)[1];
    const answer = await contents.session.protocol.answer(new Request('app://chatkeep' + script));
    const before = await ask('app.info', {});
    await ask('library.choose', { path: process.env.LIBRARY });
    const after = await ask('app.info', {});
    const state = await ask('library.state', {});
    const { preload } = [...double.windows][0].options.webPreferences;
    console.log(JSON.stringify({
      csp: contents.lastAnswer.headers.get('content-security-policy'),
      script: [answer.status, answer.headers.get('content-type')],
      states: [before.state, after.state], shell: after.shell, files: state.files, preload, tray: double.trays[0].image.path,
    }));
    double.app.quit();
  });
});
await import(${JSON.stringify(pathToFileURL(entry).href)});
`;

test.skipIf(!built)(
  'the build starts, shows its page, opens a library in its workers, and ends in order',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chatkeep-built-'));
    try {
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', child], {
        env: {
          ...process.env,
          CHATKEEP_CONFIG: join(folder, 'config'),
          CHATKEEP_LIBRARY: '',
          CHATKEEP_API_KEY: '',
          LIBRARY: join(folder, 'library'),
        },
      });
      expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
        csp: expect.stringContaining("default-src 'none'; script-src 'self'") as unknown,
        script: [200, 'text/javascript; charset=utf-8'],
        states: ['needsLibrary', 'needsAccount'],
        shell: 'electron',
        files: 0,
        preload: join(root, 'out/preload/index.cjs'),
        tray: join(root, 'resources/tray', process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'),
      });
      const needed = ['out/preload/index.cjs', 'resources/tray/tray.png', 'resources/tray/trayTemplate.png'];
      expect(needed.filter((path) => !existsSync(join(root, path)))).toEqual([]);
      expect(existsSync(join(folder, 'config/window.json'))).toBe(true);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
