import { parseLogEntry } from '#shared/log-entry.ts';
import { printableLines } from '#shared/printable.ts';

/** Metrics that a line of text has room for. */
const SHOWN = ['reward/mean', 'completion/accuracy', 'policy/entropy', 'completion/length_mean'];

/** A line of a log as text: time, level where it is no `info`, event, and what it says. */
export function logLine(line: string): string {
  const entry = parseLogEntry(line);
  if (!entry) return `${printableLines(line)}\n`;
  const { at, level, event, run: _, detail, ...rest } = entry;
  const text = [
    String(at).slice(0, 19).replace('T', ' '),
    ...(level === 'info' ? [] : [level.toUpperCase()]),
    event,
    ...Object.entries(rest).flatMap(([name, value]) => saidBy(name, value)),
    ...(detail === undefined ? [] : [String(detail)]),
  ];
  return `${printableLines(text.join('  '))}\n`;
}

function saidBy(name: string, value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${name} ${value}`];
  const numbers = Object.entries(value).filter(([key]) => name !== 'metrics' || SHOWN.includes(key));
  return numbers.map(
    ([key, number]) => `${key} ${Number.isInteger(number) ? number : Number(number).toFixed(3)}`,
  );
}
