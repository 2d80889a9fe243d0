import type { ExportCheck } from '../../../../main/contract/export-shapes.ts';
import { format, t } from '../../i18n/index.ts';
import { folderName } from './progress-words.ts';
import type { VerifyModel } from '../../state/verify-model.svelte.ts';

export const wrongIn = ({ missing, changed }: ExportCheck): number => missing + changed;

/** Whether the folder is as it was exported, and whatever is there to prove it is valid. */
export const isProven = ({ whole, signature, stamp }: ExportCheck): boolean =>
  whole && (signature?.problem ?? null) === null && (stamp?.problem ?? null) === null;

/** The answer of a check in one line. */
export function answerOf(check: ExportCheck): string {
  const wrong = wrongIn(check);
  if (wrong > 0) {
    return t.verify.notClean(wrong);
  }
  if (!isProven(check)) {
    return check.whole ? t.verify.unproven : t.verify.foreign;
  }
  return check.checked === 0 ? t.verify.nothing : t.verify.clean(check.ok);
}

/** A check in two lines, for a card; `share` null = it is not on its way. */
export function describeVerify({ step, dir, progress, check, error }: VerifyModel): {
  readonly title: string;
  readonly detail: string;
  readonly share: number | null;
} {
  const name = folderName(dir);
  switch (step) {
    case 'asking':
      return { title: t.verify.title, detail: '', share: null };
    case 'running': {
      const { checked, total, wrong } = progress ?? { checked: 0, total: 0, wrong: 0 };
      const far = t.verify.files(checked, total);
      return {
        title: t.verify.running,
        detail: total === 0 ? name : wrong > 0 ? `${far} · ${t.verify.wrong(wrong)}` : far,
        share: total > 0 ? Math.min(1, checked / total) : 0,
      };
    }
    case 'done':
      return { title: check === null ? '' : answerOf(check), detail: name, share: null };
    case 'failed':
      return { title: t.verify.failed, detail: error?.message ?? name, share: null };
  }
}

/** What is said of the signature and of the time stamp. */
export function proofLines({ signature, stamp }: ExportCheck): readonly {
  readonly name: string;
  readonly text: string;
  /** Null: there is nothing to judge. */
  readonly good: boolean | null;
  /** To compare or to copy. */
  readonly code: string | null;
}[] {
  const signed = signature === null ? null : signature.problem === null;
  const stamped = stamp === null || stamp.state === 'requested' ? null : stamp.problem === null;
  return [
    {
      name: t.verify.signature,
      text:
        signature === null
          ? t.verify.none
          : signature.problem === null
            ? t.verify.signed
            : t.verify.signatureProblems[signature.problem],
      good: signed,
      code: signed === true ? (signature?.fingerprint ?? null) : null,
    },
    {
      name: t.verify.stamp,
      text:
        stamp === null
          ? t.verify.none
          : stamp.state === 'requested'
            ? t.verify.requested
            : stamp.problem === null
              ? t.verify.stamped(format.dateTime(stamp.time ?? 0), stamp.chain[0]?.subject ?? '')
              : t.verify.stampProblems[stamp.problem],
      good: stamped,
      code: null,
    },
  ];
}

/** Text to paste into a mail: one line for each file. */
export const listOf = ({ problems }: ExportCheck): string =>
  problems.map(({ path, problem }) => `${t.verify.problems[problem]}\t${path}`).join('\n');
