import { spawn } from 'node:child_process';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Rejects when it cannot be started. */
export function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
  input = '',
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code: code ?? 1, stdout, stderr });
    });
    // A child that ended before it read is no fault of its own.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** The same; rejects, with what it said, when it ends with another code than 0. */
export async function runWell(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
  input = '',
): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, env, input);
  if (code !== 0) {
    throw new Error(`${[command, ...args].join(' ')} ended with ${String(code)}.\n${stdout}${stderr}`);
  }
  return stdout;
}
