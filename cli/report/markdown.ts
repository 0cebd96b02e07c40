import { visibleLine, visibleText } from '#functions/dashboard/text/visible-text.ts';

/** A text of others on a line of Markdown: every sign that could mean something is escaped, so that it stays text. */
export function inline(text: string): string {
  return visibleLine(text).replaceAll(/[!-/:-@[-`{-~]/g, String.raw`\$&`);
}

/** A text of others letter by letter. */
export function fenced(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(3, 1 + Math.max(0, ...runs)));
  return `${fence}text\n${visibleText(text)}\n${fence}`;
}

/** A table, its cells Markdown already; the first row is its head, and all columns but the first are numbers. */
export function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
