import { printable, printableJson } from '#shared/printable.ts';

/** One line of what `oneshot doctor` found. */
export interface Finding {
  readonly what: string;
  /** `warning`: something optional is missing, or somebody should look. */
  readonly level: 'ok' | 'warning' | 'error';
  readonly detail: string;
}

/** Prints findings; the process ends with 1 if there is an error among them. */
export function printFindings(findings: readonly Finding[], json: boolean): void {
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const finding of findings) {
    const { what, level, detail } = finding;
    const line = json
      ? printableJson(finding)
      : `${level.padEnd(7)}  ${what.padEnd(width)}  ${printable(detail)}`;
    process.stdout.write(`${line}\n`);
  }
  if (findings.some(({ level }) => level === 'error')) process.exitCode = 1;
}
