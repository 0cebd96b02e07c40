import type { LogEntry } from '../log-entry.ts';

/**
 * Writes one line of JSON to standard output, which Lambda and Batch carry to CloudWatch as it is; filters of the
 * stack count its events.
 */
export function writeLog(entry: LogEntry): void {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}
