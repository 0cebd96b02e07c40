/** A cell of a table as data. */
export type Cell = string | number | boolean | null | undefined;

/** A table as data, beside each page. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A text at whose beginning a spreadsheet would see a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** RFC 4180. What a spreadsheet would take for a formula begins with an apostrophe: texts here are not ours. */
export function csv({ columns, rows }: Table): string {
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
