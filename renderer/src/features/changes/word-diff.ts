/** The words of two texts that differ. Pure. */

export interface DiffPart {
  readonly text: string;
  readonly changed: boolean;
}

/** More words are not compared one by one: the middle between what both begin and end with is marked as a whole. */
const MOST_WORDS = 400;

const wordsOf = (text: string): string[] => text.match(/\s+|[^\s]+/gu) ?? [];

/** Both texts in parts; those that the other text does not have are marked. Joined, the parts are the text. */
export function wordDiff(before: string, after: string): { readonly before: DiffPart[]; readonly after: DiffPart[] } {
  const [a, b] = [wordsOf(before), wordsOf(after)];
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) {
    start += 1;
  }
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) {
    end += 1;
  }
  const [x, y] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const [keptX, keptY] = x.length > MOST_WORDS || y.length > MOST_WORDS ? [new Set(), new Set()] : common(x, y);
  const parts = (all: readonly string[], middle: readonly string[], kept: ReadonlySet<unknown>): DiffPart[] =>
    joined([
      ...all.slice(0, start).map((text) => ({ text, changed: false })),
      ...middle.map((text, index) => ({ text, changed: !kept.has(index) })),
      ...all.slice(all.length - end).map((text) => ({ text, changed: false })),
    ]);
  return { before: parts(a, x, keptX), after: parts(b, y, keptY) };
}

/** Places of the longest common subsequence in each list. */
function common(x: readonly string[], y: readonly string[]): [Set<number>, Set<number>] {
  const width = y.length + 1;
  const lengths = new Uint16Array((x.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = x.length - 1; row >= 0; row -= 1) {
    for (let column = y.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        x[row] === y[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const found: [Set<number>, Set<number>] = [new Set(), new Set()];
  for (let [row, column] = [0, 0]; row < x.length && column < y.length;) {
    if (x[row] === y[column]) {
      found[0].add(row);
      found[1].add(column);
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) {
      row += 1;
    } else {
      column += 1;
    }
  }
  return found;
}

function joined(parts: readonly DiffPart[]): DiffPart[] {
  const out: DiffPart[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (last !== undefined && last.changed === part.changed) {
      out[out.length - 1] = { text: last.text + part.text, changed: part.changed };
    } else {
      out.push(part);
    }
  }
  return out;
}
