/** Which tests were skipped, and whether this machine is a reason for it. */
import { spawnSync } from 'node:child_process';
import { z } from 'zod';
import { buildFsFault } from '../main/files/testing/fs-fault.ts';
import { canMountDisk } from '../main/files/testing/small-disk.ts';
import { secretServiceLacks } from '../main/keys/testing/secret-service.ts';
import { findRealElectron } from '../renderer/e2e/electron/setup.ts';

/** The part of vitest's JSON report that is read here. */
export const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numTotalTests: z.number(),
  testResults: z.array(
    z.object({
      /** Path of the test file. */
      name: z.string(),
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
});
export type Report = z.infer<typeof reportSchema>;

export interface Excuse {
  /** The beginning of the paths of test files, from the root. */
  readonly files: string;
  /** What this machine lacks; null when it lacks nothing, and these tests have to run. */
  readonly lacks: () => string | null;
}

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';
const when = (holds: boolean, what: string): string | null => (holds ? what : null);
const programs = (...commands: readonly (readonly [string, ...string[]])[]): string | null => {
  const lacking = commands.filter(([name, ...args]) => spawnSync(name, args).status !== 0);
  return lacking.length === 0 ? null : `not installed here: ${lacking.map((each) => each.join(' ')).join('; ')}`;
};
const electron = (): string | null => {
  const found = findRealElectron(process);
  if ('missing' in found) {
    return found.missing;
  }
  return isLinux ? when(isRoot, 'root cannot run Electron') : `needs Linux`;
};
const disk = (): string | null => when(!canMountDisk(), 'needs a user who may mount a disk');

/** Every test that may be skipped, by the thing whose absence is the reason. All others have to run. */
export const EXCUSES: readonly Excuse[] = [
  { files: 'renderer/e2e/electron/', lacks: electron },
  { files: 'renderer/e2e/app.spec.ts', lacks: electron },
  { files: 'main/export/target/full-target.test.ts', lacks: disk },
  { files: 'main/backup/full-target.test.ts', lacks: disk },
  { files: 'main/files/store/store-full.test.ts', lacks: disk },
  { files: 'main/shell/cli/read-only.test.ts', lacks: () => (isRoot ? disk() : null) },
  { files: 'main/keys/secret-service.test.ts', lacks: secretServiceLacks },
  { files: 'main/shell/cli/keystore.test.ts', lacks: secretServiceLacks },
  { files: 'renderer/e2e/electron/keystore.spec.ts', lacks: secretServiceLacks },
  {
    files: 'main/shell/cli/disk-faults.test.ts',
    lacks: () => when(buildFsFault() === null, 'needs Linux and a C compiler (cc)'),
  },
  { files: 'main/export/target/bad-target.test.ts', lacks: () => when(isRoot, 'root may write everywhere') },
  {
    files: 'main/files/library/library.test.ts',
    lacks: () => when(isRoot, 'root may write everywhere') ?? when(!isLinux, 'needs Linux'),
  },
  { files: 'main/export/run.test.ts', lacks: () => when(process.platform !== 'darwin', 'needs macOS') },
  {
    files: 'main/export/papers/papers.test.ts',
    lacks: () => programs(['sha256sum', '--version'], ['python3', '-c', 'import bagit']),
  },
  {
    files: 'main/export/papers/pdf-paper.test.ts',
    lacks: () => programs(['pdftotext', '-v'], ['qpdf', '--version']) ?? disk(),
  },
  {
    files: 'main/export/zip/zip.test.ts',
    lacks: () =>
      programs(['python3', '-c', 'import zipfile'], ['unzip', '-v'], ['bsdtar', '--version'], ['java', '-version']),
  },
  ...['main/api/routes', 'main/shell/server/input.exploit', 'main/files/', 'main/pictures/'].map((files) => ({
    files,
    lacks: () => when(!isLinux, 'needs Linux'),
  })),
];

export interface Skips {
  /** A line for each group of skipped tests that this machine is the reason for. */
  readonly excused: readonly string[];
  /** A line for each that should have run. */
  readonly unexpected: readonly string[];
}

/** Groups the skipped tests of a report by their file and outermost `describe`, and looks for the reason of each group. */
export function skipsOf(report: Report, root: string, excuses: readonly Excuse[]): Skips {
  const groups = new Map<string, { file: string; tests: number }>();
  for (const { name, assertionResults } of report.testResults) {
    const file = name.replace(`${root}/`, '');
    for (const { ancestorTitles, title, status } of assertionResults) {
      if (status !== 'passed' && status !== 'failed') {
        const key = `${file} > ${ancestorTitles[0] ?? title}`;
        groups.set(key, { file, tests: (groups.get(key)?.tests ?? 0) + 1 });
      }
    }
  }
  const excused: string[] = [];
  const unexpected: string[] = [];
  for (const [key, { file, tests }] of groups) {
    const reason = excuses.find(({ files, lacks }) => file.startsWith(files) && lacks() !== null)?.lacks() ?? null;
    const line = `${key} (${tests})`;
    if (reason === null) {
      unexpected.push(line);
    } else {
      excused.push(`${line}: ${reason}`);
    }
  }
  return { excused, unexpected };
}
