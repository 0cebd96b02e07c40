const LABEL_WIDTH = 11;

/** Lines of text in front of which stands a label, once. */
export function renderRows(rows: readonly (readonly [label: string, lines: readonly string[]])[]): string {
  return rows
    .flatMap(([label, lines]) =>
      lines.map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}${onOneLine(line)}\n`),
    )
    .join('');
}

/** Completions are written by a model: what a terminal would obey becomes a space. */
function onOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
