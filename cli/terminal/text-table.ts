import { printable } from '#shared/printable.ts';

export interface TextColumn<Row> {
  readonly head: string;
  readonly text: (row: Row) => string;
  /** Numbers stand at the right. */
  readonly right?: boolean;
}

/** Rows as plain text under a line of heads, each line ended; what they quote of others is written out. */
export function textTable<Row>(columns: readonly TextColumn<Row>[], rows: readonly Row[]): string {
  const cells = columns.map(({ head, text, right = false }) => {
    const texts = [head, ...rows.map((row) => printable(text(row)))];
    const width = Math.max(...texts.map(({ length }) => length));
    return texts.map((each) => (right ? each.padStart(width) : each.padEnd(width)));
  });
  const lines = [-1, ...rows.keys()].map((row) => cells.map((column) => column[row + 1]).join('  '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
