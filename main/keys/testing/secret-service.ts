/** A real Secret Service: gnome-keyring on a D-Bus of its own, in a folder of its own. For tests on Linux. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAMS = ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon', 'secret-tool'];

/** Why `startSecretService` cannot work here; null when it can. */
export function secretServiceLacks(): string | null {
  if (process.platform !== 'linux') {
    return 'needs Linux';
  }
  const lacking = PROGRAMS.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  return lacking.length === 0 ? null : `not installed here: ${lacking.join(', ')}`;
}

export class SecretService {
  /** What a process needs in its environment to reach this service and no other. */
  readonly env: Readonly<Record<string, string>>;
  readonly #bus: ChildProcess;
  #keyring: ChildProcess | null = null;

  private constructor(bus: ChildProcess, env: Record<string, string>) {
    this.#bus = bus;
    this.env = env;
  }

  /**
   * With a keyring that is unlocked. `folder` exists. `socket`: the path of the bus. A process has one for its whole life, since libdbus
   * remembers the first that it met.
   */
  static async start(folder: string, socket: string): Promise<SecretService> {
    const runtime = join(folder, 'runtime');
    await mkdir(runtime, { mode: 0o700 });
    const places = {
      HOME: folder,
      XDG_RUNTIME_DIR: runtime,
      XDG_DATA_HOME: join(folder, 'data'),
      XDG_CONFIG_HOME: join(folder, 'settings'),
    };
    const path = process.env['PATH'] ?? '';
    await rm(socket, { force: true });
    const address = `unix:path=${socket}`;
    const args = ['--session', '--nofork', '--nopidfile', '--print-address=1', `--address=${address}`];
    const bus = spawn('dbus-daemon', args, {
      env: { ...places, PATH: path },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const listening = await createInterface({ input: bus.stdout })[Symbol.asyncIterator]().next();
    if (listening.done === true) {
      throw new Error('The D-Bus did not start.');
    }
    const service = new SecretService(bus, { ...places, PATH: path, DBUS_SESSION_BUS_ADDRESS: address });
    await service.unlock();
    return service;
  }

  /** Starts the keyring unlocked, in place of one that runs. */
  async unlock(): Promise<void> {
    await this.kill();
    this.#keyring = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--replace', '--components=secrets'], {
      env: this.env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#keyring.stdin?.end('password');
    // The bus may have started one of its own, which is there until this one has replaced it.
    const isOurs = (): boolean =>
      this.#call(
        'org.freedesktop.DBus',
        '/',
        'org.freedesktop.DBus.GetConnectionUnixProcessID',
        'string:org.freedesktop.secrets',
      )
        .trim()
        .endsWith(` ${String(this.#keyring?.pid)}`);
    while (!isOurs()) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Locks the keyring, as a screen lock or the person may. Nobody is there to unlock it. */
  lock(): void {
    this.#call(
      'org.freedesktop.secrets',
      '/org/freedesktop/secrets',
      'org.freedesktop.Secret.Service.Lock',
      'array:objpath:/org/freedesktop/secrets/collection/login',
    );
  }

  /** From now on the keyring answers nothing, without ending. */
  freeze(): void {
    this.#keyring?.kill('SIGSTOP');
  }

  /** Ends the keyring like a crash. */
  async kill(): Promise<void> {
    await end(this.#keyring);
    this.#keyring = null;
  }

  /** What `secret-tool` finds under a name of Chatkeep's; null when it finds nothing. */
  lookup(name: string): string | null {
    const found = spawnSync('secret-tool', ['lookup', 'service', 'chatkeep', 'username', name], { env: this.env });
    return found.status === 0 ? found.stdout.toString() : null;
  }

  async stop(): Promise<void> {
    await this.kill();
    await end(this.#bus);
  }

  #call(service: string, path: string, method: string, argument: string): string {
    const args = ['--session', '--print-reply', `--dest=${service}`, path, method, argument];
    return spawnSync('dbus-send', args, { env: this.env }).stdout.toString();
  }
}

async function end(child: ChildProcess | null): Promise<void> {
  if (child !== null && child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
