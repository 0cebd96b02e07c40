import { onOneLine } from '#shared/printable.ts';

const LABEL_WIDTH = 11;

/** Lines of text in front of which stands a label, once. */
export function renderRows(rows: readonly (readonly [label: string, lines: readonly string[]])[]): string {
  return rows
    .flatMap(([label, lines]) =>
      lines.map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}${onOneLine(line)}\n`),
    )
    .join('');
}
