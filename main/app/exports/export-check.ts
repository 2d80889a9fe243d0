/** An exported folder against its manifest, as a screen follows it. */
import type { ExportCheck, ExportCheckProgress, ExportProblem } from '../../contract/export-shapes.ts';
import { Coalescer } from '../../lib/pace.ts';
import { verifyExport } from './export-selection.ts';
import { checkProof } from './proof.ts';

const EVERY_MS = 250;
const MOST_PROBLEMS = 200;

/**
 * Checks the signature and the stamp, then hashes what the manifest names. `tell` hears how far it is, a few times a second and at the end. AppError `usage` without a manifest,
 * `interrupted`.
 */
export async function checkExport(
  dir: string,
  signal: AbortSignal,
  tell: (progress: ExportCheckProgress) => void,
): Promise<ExportCheck> {
  const proof = await checkProof(dir, { fingerprint: null, ca: null });
  let progress: ExportCheckProgress = { dir, checked: 0, total: 0, bytes: 0, wrong: 0 };
  const problems: ExportProblem[] = [];
  const telling = new Coalescer(EVERY_MS, () => tell(progress));
  try {
    const counts = await verifyExport(dir, signal, {
      onProgress: (more) => {
        const first = progress.total === 0;
        progress = { ...progress, ...more };
        if (first) {
          tell(progress);
        }
        telling.poke();
      },
      onProblem: (path, problem) => {
        progress = { ...progress, wrong: progress.wrong + (problem === 'unlisted' ? 0 : 1) };
        if (problems.length < MOST_PROBLEMS) {
          problems.push({ path, problem });
        }
      },
    });
    return { ...counts, ...proof, problems };
  } finally {
    telling.end();
  }
}
