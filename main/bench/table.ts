/** The figures as a Markdown table, for a terminal and for the documents alike. */
import type { Figure } from './figures.ts';

const HEAD = ['bench', 'figure', 'p50', 'p95', 'max', 'unit', 'ratio to', 'ratio', 'target', 'met'] as const;

export function markdownTable(figures: readonly Figure[]): string {
  const rows = figures.map((each) => [
    each.bench,
    each.name,
    digits(each.p50),
    digits(each.p95),
    digits(each.max),
    each.unit,
    each.baseline === null ? '' : `${each.baseline.name} (${digits(each.baseline.value)})`,
    each.ratio === null ? '' : each.ratio.toFixed(2),
    each.target ?? '',
    each.met === null ? '' : each.met ? 'yes' : 'NO',
  ]);
  const all = [[...HEAD], ...rows];
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(HEAD), rule, ...rows.map(line)].join('\n');
}

/** Three significant digits, thousands apart. */
function digits(value: number | null): string {
  if (value === null) {
    return '';
  }
  if (value === 0 || Math.abs(value) >= 1000) {
    return Math.round(value).toLocaleString('en-US');
  }
  return String(Number(value.toPrecision(3)));
}
