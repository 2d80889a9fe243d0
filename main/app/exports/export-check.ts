/** An exported folder against its manifest, its signature and its time stamp. It needs no library. */
import type { ExportCheck, ExportCheckProgress, ExportProblem, FolderCheck } from '../../contract/export-shapes.ts';
import type { ProofCheck } from '../../contract/proof-shapes.ts';
import { verifyExport, type CheckHooks } from '../../export/proof/verify-export.ts';
import { Coalescer } from '../../lib/pace.ts';
import { checkProof, type ExpectedProof } from './proof.ts';

const EVERY_MS = 250;
const MOST_PROBLEMS = 200;

/** Checks the signature and the stamp, then hashes what the manifest names. AppError `usage` without a manifest, `interrupted`. */
export async function checkFolder(
  dir: string,
  expected: ExpectedProof,
  signal: AbortSignal,
  hooks: CheckHooks,
): Promise<FolderCheck & ProofCheck> {
  const proof = await checkProof(dir, expected);
  return { ...(await verifyExport(dir, signal, hooks)), ...proof };
}

/** The same, as a screen follows it: `tell` hears how far it is, a few times a second and at the end. */
export async function checkExport(
  dir: string,
  signal: AbortSignal,
  tell: (progress: ExportCheckProgress) => void,
): Promise<ExportCheck> {
  let progress: ExportCheckProgress = { dir, checked: 0, total: 0, bytes: 0, wrong: 0 };
  const problems: ExportProblem[] = [];
  const telling = new Coalescer(EVERY_MS, () => tell(progress));
  try {
    const found = await checkFolder(dir, { fingerprint: null, ca: null }, signal, {
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
    return { ...found, problems };
  } finally {
    telling.end();
  }
}
