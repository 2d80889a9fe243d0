/** The command line, in this process or as a child, against a sandbox in this one. For tests. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough, Readable, type Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createIo } from '../terminal/io.ts';
import { main } from '../main.ts';
import { TEST_PICTURES } from '../../../sandbox/picture-files.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../../sandbox/testing/sandbox.ts';

const ENTRY = fileURLToPath(new URL('../index.ts', import.meta.url));
const HOST = fileURLToPath(new URL('./cli-host.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  /** A program and its arguments that start the command line as a child of their own: `['nohup']`. */
  readonly through?: readonly string[];
  /** Another program than the command line. */
  readonly entry?: string;
}

/** Runs `$@` after a line of shell: for limits and signals that a child inherits. */
export const afterShell = (line: string): string[] => ['sh', '-c', `${line}; exec "$@"`, 'sh'];

/** Runs `$@` on a terminal of its own, whose output comes as stdout. */
export const ON_TERMINAL: readonly string[] = ['sh', '-c', 'exec script -qec "$*" /dev/null', 'sh'];

export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export class CliRig {
  readonly sandbox: Sandbox;
  readonly folder: string;
  /** Where the library is unless a call names another. */
  readonly library: string;
  /** Everything that was ever printed: no secret may be in it. */
  printed = '';
  readonly #children = new Set<Child>();

  private constructor(sandbox: Sandbox, folder: string) {
    this.sandbox = sandbox;
    this.folder = folder;
    this.library = join(folder, 'library');
  }

  static async start(options: SandboxOptions = {}): Promise<CliRig> {
    const folder = await mkdtemp(join(tmpdir(), 'chatkeep-cli-'));
    return new CliRig(await startSandbox({ chats: 2, messages: 12, seed: 5, ...options }), folder);
  }

  /** The sandbox's account, as the environment gives it. */
  get account(): Record<string, string> {
    return {
      CHATKEEP_API_KEY: this.sandbox.key,
      CHATKEEP_CONNECTION: this.sandbox.connection,
      CHATKEEP_API_BASE: this.sandbox.api,
      CHATKEEP_API_RATE: '0',
    };
  }

  /** Runs a command in this process, from its arguments to its exit code. */
  async run(args: readonly string[], options: RunOptions & { readonly signal?: AbortSignal } = {}): Promise<Ended> {
    const [out, err] = [new PassThrough(), new PassThrough()];
    const printed = Promise.all([text(out), text(err)]);
    const code = await main(args, {
      io: createIo(Readable.from([options.stdin ?? '']), out, err),
      env: this.#env(options),
      platform: process.platform,
      signal: options.signal ?? new AbortController().signal,
    });
    out.end();
    err.end();
    const [stdout, stderr] = await printed;
    this.printed += stdout + stderr;
    return { code, stdout, stderr };
  }

  /** The same with the sandbox's account in the environment. */
  async runAs(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return await this.run(args, { ...options, env: { ...this.account, ...options.env } });
  }

  /** Starts a command as a process of its own. */
  spawn(args: readonly string[], options: RunOptions = {}): Child {
    const child = this.#start(options.entry ?? ENTRY, args, options);
    child.stdin.end(options.stdin ?? '');
    return child;
  }

  #start(entry: string, args: readonly string[], options: RunOptions): Child {
    const [program = process.execPath, ...rest] = [...(options.through ?? []), process.execPath, entry, ...args];
    const child = spawn(program, rest, {
      env: { PATH: process.env['PATH'], ...this.#env(options) },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    child.on('exit', () => this.#children.delete(child));
    child.stdin.on('error', () => undefined);
    return child;
  }

  /** One process for many commands (`cli-host.ts`), which begins with this environment, or as a child of another program. */
  host(
    env: Readonly<Record<string, string>>,
    through: readonly string[] = [],
  ): (args: readonly string[], options?: RunOptions) => Promise<Ended> {
    const child = this.#start(HOST, [], { env, through });
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.pipe(process.stderr);
    return async (args, options = {}) => {
      child.stdin.write(`${JSON.stringify({ args, env: this.#env(options) })}\n`);
      const { value, done } = await answers.next();
      if (done === true) {
        throw new Error('the process of the commands has ended');
      }
      // The host writes nothing else.
      const ended = JSON.parse(value) as Ended;
      this.printed += ended.stdout + ended.stderr;
      return ended;
    };
  }

  async ended(child: Child): Promise<Ended> {
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    await once(child, 'close');
    this.printed += stdout + stderr;
    return { code: child.exitCode, stdout, stderr };
  }

  /** Nothing of this machine's own settings may leak in. */
  #env(options: RunOptions): Record<string, string | undefined> {
    return {
      HOME: this.folder,
      TMPDIR: this.folder,
      // Half of what the start of a command costs.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      [TEST_PICTURES]: process.env[TEST_PICTURES],
      CHATKEEP_LIBRARY: this.library,
      CHATKEEP_CONFIG: join(this.folder, 'config'),
      ...options.env,
    };
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.#children].map(async (child) => {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }),
    );
    await this.sandbox.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Each line of stdout as JSON. */
export function jsonLines(ended: Pick<Ended, 'stdout'>): unknown[] {
  return ended.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}
