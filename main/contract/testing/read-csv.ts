/** CSV as other programs read it. */

/** A reader of RFC 4180, apart from the writer. */
export function csvCells(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, bare = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === '\r\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

/** Each row by the names of its header, without a byte order mark. */
export function readCsv(text: string): Record<string, string>[] {
  const [head = [], ...rows] = csvCells(text.replace(/^\uFEFF/, ''));
  return rows.map((cells) => Object.fromEntries(head.map((name, at) => [name, cells[at] ?? ''])));
}
