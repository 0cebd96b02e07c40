import { KnownError, messageOf } from './errors.ts';

/** One line of a log: one JSON object that names the run, evaluation or shard it is about. */
export interface LogEntry {
  /** `warning`: work goes on, but somebody should know. */
  readonly level: 'info' | 'warning' | 'error';
  readonly event: string;
  readonly [detail: string]: string | number | boolean | null | undefined | Readonly<Record<string, number>>;
}

/** The last line of a process that fails: the stable code and message, or the stack of a defect. */
export function failureEntry(event: string, error: unknown): LogEntry {
  if (error instanceof KnownError) return { level: 'error', event, code: error.code, detail: error.message };
  const detail = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  return { level: 'error', event, code: 'defect', detail };
}
