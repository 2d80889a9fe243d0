/** An exported folder against its manifest, as a screen follows it. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ExportCheck, ExportCheckProgress, ExportProblem } from '../contract/export-shapes.ts';
import { MANIFEST, TAG_MANIFEST } from '../export/manifest.ts';
import { Coalescer } from '../sync/progress.ts';
import { verifyExport } from './exports.ts';

const EVERY_MS = 250;
const MOST_PROBLEMS = 200;

/**
 * Hashes what the manifest names. `tell` hears how far it is, a few times a second and at the end. AppError `usage` without a manifest,
 * `interrupted`.
 */
export async function checkExport(
  dir: string,
  signal: AbortSignal,
  tell: (progress: ExportCheckProgress) => void,
): Promise<ExportCheck> {
  const total = await linesOf(resolve(dir), signal);
  let progress: ExportCheckProgress = { dir, checked: 0, total, bytes: 0, wrong: 0 };
  const problems: ExportProblem[] = [];
  const telling = new Coalescer(EVERY_MS, () => {
    tell(progress);
  });
  tell(progress);
  try {
    const counts = await verifyExport(dir, signal, {
      onProgress: ({ checked, bytes }) => {
        progress = { ...progress, checked, bytes, total: Math.max(total, checked) };
        telling.poke();
      },
      onProblem: (path, problem) => {
        progress = { ...progress, wrong: progress.wrong + 1 };
        if (problems.length < MOST_PROBLEMS) {
          problems.push({ path, problem });
        }
      },
    });
    return { ...counts, problems };
  } finally {
    telling.end();
  }
}

/** How many files the manifests name: to say how far it is. What cannot be read is told by the check itself. */
async function linesOf(dir: string, signal: AbortSignal): Promise<number> {
  const bag = await stat(join(dir, 'bagit.txt')).catch(() => null);
  let lines = 0;
  for (const manifest of bag === null ? [MANIFEST] : [MANIFEST, TAG_MANIFEST]) {
    try {
      for await (const chunk of createReadStream(join(dir, manifest), { signal })) {
        const bytes = chunk as Buffer;
        for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
          lines += 1;
        }
      }
    } catch {
      // The check says what is wrong.
    }
  }
  return lines;
}
