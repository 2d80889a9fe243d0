import { cut, pad, widthOf } from './format.ts';

export interface Column<Row> {
  readonly title: string;
  /** Must be `safe`. */
  readonly cell: (row: Row) => string;
  /** Numbers stand right, and are never cut: a part of a number is another number. */
  readonly align?: 'left' | 'right';
  /** Fixed width for tables that are printed page by page; otherwise the widest cell decides. */
  readonly width?: number;
  /** Cells are cut to this. */
  readonly max?: number;
}

/** Lines of a table: its head unless `head` is null, then a line for each row. Pure. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  head: ((line: string) => string) | null = (line) => line,
): string[] {
  const cells = columns.map(({ cell }) => rows.map(cell));
  const widths = columns.map(({ title, width, max }, at) => {
    const widest = Math.max(...[title, ...(cells[at] ?? [])].map(widthOf));
    return width ?? Math.min(widest, max ?? widest);
  });
  const line = (textOf: (column: Column<Row>, at: number) => string): string =>
    columns
      .map((column, at) => {
        const [text, width, align] = [textOf(column, at), widths[at] ?? 0, column.align ?? 'left'];
        return pad(align === 'right' ? text : cut(text, width), width, align);
      })
      .join('  ')
      .trimEnd();
  return [
    ...(head === null ? [] : [head(line(({ title }) => title))]),
    ...rows.map((_row, place) => line((_column, at) => cells[at]?.[place] ?? '')),
  ];
}
