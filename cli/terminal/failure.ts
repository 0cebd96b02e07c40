import { hasRole } from '#shared/error-codes/codes.ts';
import { KnownError } from '#shared/errors.ts';
import { printableJson, printableLines } from '#shared/printable.ts';
import { paint } from './colour.ts';
import { EXIT } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

/** Commands whose exit code 1 is an answer, as that of `grep` is: whatever fails there ends with 2. */
const ANSWERING: ReadonlySet<string> = new Set(['oneshot verify', 'oneshot gate']);

/** How a command ended that did not come to its end. */
export interface Failure {
  readonly exitCode: number;
  readonly code: KnownError['code'];
  readonly message: string;
  /** The command that says what is right. */
  readonly help?: string;
  /** Where a defect was thrown. */
  readonly stack?: string;
}

/** @param command - that was running, such as `oneshot data push` */
export function failureOf(error: unknown, command: string): Failure {
  if (!(error instanceof KnownError)) {
    const message = 'this is a defect, please report it';
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { exitCode: EXIT.defect, code: 'defect', message, stack };
  }
  const { code, message } = error;
  if (hasRole(code, 'usage')) {
    const asked = error instanceof UsageError ? error.command : command;
    return { exitCode: EXIT.usage, code, message, ...(asked && { help: `${asked} --help` }) };
  }
  return { exitCode: ANSWERING.has(command) ? EXIT.usage : EXIT.failed, code, message };
}

/** One JSON object, or text for a person; either ends its line. */
export function renderFailure({ exitCode, code, message, help, stack }: Failure, json: boolean): string {
  if (json) return `${printableJson({ error: { code, message, help, stack, exitCode } })}\n`;
  const what = exitCode === EXIT.usage && help ? 'error: ' : '';
  const more = [...(help ? [`See "${help}".`] : []), ...(stack ? [stack] : [])];
  const said = printableLines([`${what}${message} [${code}]`, ...more].join('\n'));
  return `${paint('red', 'oneshot:', process.stderr)} ${said}\n`;
}
