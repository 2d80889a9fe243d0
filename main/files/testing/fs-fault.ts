/** Real faults of the file system in a child process: `fs-fault.c` beside this file, compiled and preloaded. For tests. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('./fs-fault.c', import.meta.url));

export interface FaultRule {
  readonly call: 'open' | 'mkdir' | 'rename' | 'link' | 'write' | 'fsync' | 'fsyncdir' | 'syncfs' | 'statfs' | 'utimes';
  /** `zeros`: `statfs` succeeds and knows nothing. `kill`: the process is killed at this call. */
  readonly error: keyof typeof constants.errno | 'zeros' | 'kill';
  /** Left out = always. */
  readonly times?: number;
  /** fnmatch(3) pattern of the absolute path; `*` goes over `/` too. */
  readonly path: string;
}

/** The library to preload; null, and told on the console, where there is no compiler or no Linux. Compiled once a machine. */
export function buildFsFault(): string | null {
  const source = readFileSync(SOURCE);
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 16);
  const built = join(tmpdir(), `chatkeep-fs-fault-${String(process.getuid?.() ?? 0)}-${hash}.so`);
  if (process.platform === 'linux' && !existsSync(built)) {
    const next = `${built}.${String(process.pid)}`;
    const made = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', next, SOURCE, '-ldl'], { encoding: 'utf8' });
    if (made.status === 0) {
      renameSync(next, built);
    } else {
      process.stderr.write(`Tests of disk faults need a C compiler: ${made.error?.message ?? made.stderr}\n`);
    }
  }
  return existsSync(built) ? built : null;
}

/** Environment of a child in which calls fail by these rules. `log`: a file that gets a line for each fault. */
export function faultEnv(built: string, rules: readonly FaultRule[], log: string): Record<string, string> {
  const lines = rules.map(({ call, error, times = -1, path }) => [call, numberOf(error), times, path].join(' '));
  return { LD_PRELOAD: built, CHATKEEP_FS_FAULT: lines.join('\n'), CHATKEEP_FS_FAULT_LOG: log };
}

function numberOf(error: FaultRule['error']): number {
  switch (error) {
    case 'zeros':
      return 0;
    case 'kill':
      return -9;
    default:
      return constants.errno[error];
  }
}

/** The faults that have happened, `rename 13 /path`: a test whose faults never happen must fail. */
export function faultsIn(log: string): string[] {
  return existsSync(log)
    ? readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}
