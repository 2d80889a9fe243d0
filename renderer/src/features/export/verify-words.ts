import type { ExportCheck } from '../../../../main/contract/export-shapes.ts';
import { format, t } from '../../i18n/index.ts';
import { folderName } from './progress-words.ts';
import type { VerifyModel } from '../../state/verify-model.svelte.ts';

export const wrongIn = ({ missing, changed }: ExportCheck): number => missing + changed;

/** The answer of a check in one line. */
export function answerOf(check: ExportCheck): string {
  const wrong = wrongIn(check);
  if (wrong > 0) {
    return t.verify.notClean(wrong, format.number(wrong));
  }
  return check.checked === 0 ? t.verify.nothing : t.verify.clean(check.ok, format.number(check.ok));
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
      const far = t.verify.files(format.number(checked), format.number(total));
      return {
        title: t.verify.running,
        detail: total === 0 ? name : wrong > 0 ? `${far} · ${t.verify.wrong(wrong, format.number(wrong))}` : far,
        share: total > 0 ? Math.min(1, checked / total) : 0,
      };
    }
    case 'done':
      return { title: check === null ? '' : answerOf(check), detail: name, share: null };
    case 'failed':
      return { title: t.verify.failed, detail: error?.message ?? name, share: null };
  }
}

/** Text to paste into a mail: one line for each file. */
export const listOf = ({ problems }: ExportCheck): string =>
  problems.map(({ path, problem }) => `${t.verify.problems[problem]}\t${path}`).join('\n');
