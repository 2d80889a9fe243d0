import { cut, pad, widthOf } from './format.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand right. */
  readonly align?: 'left' | 'right';
  /** Fixed width for tables that are printed page by page; otherwise the widest cell decides. */
  readonly width?: number;
  /** Cells are cut to this. */
  readonly max?: number;
}

/** Lines of a table: its head, then a line for each row. Cells must be `safe`. Pure. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: (head: string) => string = (head) => head,
): string[] {
  return [
    paint(
      rowLine(
        columns,
        columns.map(({ title }) => title),
        rows,
      ),
    ),
    ...rows.map((row) => rowLine(columns, row, rows)),
  ];
}

/** One line of a table whose columns have fixed widths, or are as wide as those of `rows`. */
export function rowLine(
  columns: readonly Column[],
  cells: readonly string[],
  rows: readonly (readonly string[])[] = [],
): string {
  return columns
    .map((column, index) => {
      const width = column.width ?? widestOf(column, index, rows);
      return pad(cut(cells[index] ?? '', width), width, column.align ?? 'left');
    })
    .join('  ')
    .trimEnd();
}

function widestOf(column: Column, index: number, rows: readonly (readonly string[])[]): number {
  const widest = rows.reduce((width, row) => Math.max(width, widthOf(row[index] ?? '')), widthOf(column.title));
  return Math.min(widest, column.max ?? widest);
}
