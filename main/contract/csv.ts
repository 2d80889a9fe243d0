/** Comma-separated values (RFC 4180) that no spreadsheet takes for a formula. Pure. */

/** Characters that start a formula in spreadsheets, also in full width and after characters that they ignore. */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/u;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** One value: a text that looks like a formula gets an apostrophe in front, as spreadsheets write it themselves. */
export function csvCell(value: string | number | boolean | null): string {
  if (value === null) {
    return '';
  }
  const text = String(value).replaceAll('\0', '');
  const harmless = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n\t;]|^\s|\s$|^'/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export function csvLine(values: readonly (string | number | boolean | null)[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}
