/** How many files, sockets and pipes this process may hold open at once, and what that leaves room for. */
import { readdirSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '../../lib/app-error.ts';

export interface OpenFiles {
  readonly limit: number;
  /** Open already. */
  readonly used: number;
}

export interface Workers {
  readonly readers: number;
  /** Threads that put files away or export them; null = as many as suit the machine. */
  readonly files: number | null;
  /** Files fetched at once; null = no limit from here. */
  readonly lanes: number | null;
}

/** A thread holds five or six for its event loop; a connection to the index holds the database, its log and the memory they share. */
const THREAD = 6;
const CONNECTION = 3;
/** The writer with its lock, a reader, a thread for files; requests, the log, folders that are synced. */
const FIXED = THREAD + CONNECTION + 1 + (THREAD + CONNECTION) + THREAD + 8;
/** A socket, and a file that is written. */
const LANE = 2;
/** From here on everything runs with as many threads and lanes as suit the machine. */
const ENOUGH = 200;

/** Pure. AppError `library_unwritable` when there is no room for a single lane. */
export function workersFor(files: OpenFiles | null): Workers {
  const spare = files === null ? ENOUGH : files.limit - files.used;
  if (files === null || spare >= ENOUGH) {
    return { readers: 2, files: null, lanes: null };
  }
  const lanes = Math.floor((spare - FIXED) / LANE);
  if (lanes < 1) {
    throw new AppError(
      'library_unwritable',
      `This process may open only ${String(files.limit)} files at once, and at least ${String(files.used + FIXED + LANE)} are needed.`,
      'Raise the limit and start again: ulimit -n 1024, or LimitNOFILE=1024 in a systemd unit.',
    );
  }
  return { readers: 1, files: 1, lanes };
}

/** How files are copied where few may be open: a batch is open as a whole until it is synced. Pure. */
export function copyLimitsFor(files: OpenFiles | null): { readonly threads?: number; readonly batchFiles?: number } {
  return files === null || files.limit - files.used >= ENOUGH ? {} : { threads: 1, batchFiles: 8 };
}

const report = z.object({ userLimits: z.object({ open_files: z.object({ soft: z.number() }) }) });

/** Null where the system names no limit (Windows, `unlimited`). */
export function openFiles(): OpenFiles | null {
  try {
    // Otherwise the report looks up the names of all connected hosts.
    Object.assign(process.report, { excludeNetwork: true });
    const { soft } = report.parse(process.report.getReport()).userLimits.open_files;
    return { limit: soft, used: readdirSync('/dev/fd').length };
  } catch {
    return null;
  }
}
