/** The part of `npm start` after the build. */

export interface LaunchPorts {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly findElectron: () => Promise<string | null>;
  /** Runs the app in Electron until it ends. */
  readonly runElectron: (binary: string) => Promise<{ readonly code: number; readonly lastedMs: number }>;
  /** Runs the same app for the browser until it ends; answers its exit code. */
  readonly runServer: () => Promise<number>;
  readonly say: (line: string) => void;
}

/** An Electron that ends sooner than this with a failure never opened a window: no sandbox for root, a missing library of the system. */
const NEVER_OPENED_MS = 5_000;

/** Electron where it can be had, the browser where not. One line says why. Answers the exit code. */
export async function openApp(ports: LaunchPorts): Promise<number> {
  if (!hasScreen(ports)) {
    ports.say('No screen for Electron: the same app opens in the browser.');
    return await ports.runServer();
  }
  const binary = await ports.findElectron();
  if (binary === null) {
    ports.say("Electron's binary is neither here nor can it be downloaded: the same app opens in the browser.");
    return await ports.runServer();
  }
  const { code, lastedMs } = await ports.runElectron(binary);
  if (code !== 0 && lastedMs < NEVER_OPENED_MS) {
    ports.say(`Electron does not run here (it ended with ${String(code)}): the same app opens in the browser.`);
    return await ports.runServer();
  }
  return code;
}

function hasScreen({ platform, env }: LaunchPorts): boolean {
  return platform === 'darwin' || platform === 'win32' || Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}
