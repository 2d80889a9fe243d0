import { EXIT, exitCodeOf } from '../../app/kernel/exit-code.ts';
import { sumUp, type AccountSync } from '../../app/sync/sync-accounts.ts';
import { errorValue, type Answers } from './answers.ts';
import { syncAnswer, syncLines } from './sync-text.ts';

/** The answer of a sync: the runs added up, or only what stood in the way when none could begin. */
export async function tellEnds(
  answers: Answers,
  ends: readonly AccountSync[],
  cancelled: boolean,
  more: { readonly library?: string } = {},
): Promise<void> {
  const [first] = ends;
  const begun = ends.some(didSomething) || first === undefined;
  const summary = sumUp(ends, cancelled);
  if (answers.manner.json) {
    const problem = first?.problem ?? null;
    await answers.json(
      begun || problem === null ? { ...syncAnswer(summary, ends), ...more } : { error: errorValue(problem) },
    );
  } else if (begun) {
    await answers.lines(syncLines(summary, ends));
  }
}

/** A run that was asked for something that does not exist has no numbers worth telling. */
function didSomething({ answer }: AccountSync): boolean {
  return answer !== null && (answer.problem === null || exitCodeOf(answer.problem.code) !== EXIT.usage);
}
