import { z } from 'zod';
import { jsonOrUndefined } from './encoding/json-or-undefined.ts';
import { KnownError, messageOf } from './errors.ts';

/** One line of a log: one JSON object that names the run, evaluation or shard it is about. */
export interface LogEntry {
  /** `warning`: work goes on, but somebody should know. */
  readonly level: 'info' | 'warning' | 'error';
  readonly event: string;
  readonly [detail: string]: string | number | boolean | null | undefined | Readonly<Record<string, number>>;
}

const Line = z
  .object({ level: z.enum(['info', 'warning', 'error']), event: z.string() })
  .catchall(
    z.union([z.string(), z.number(), z.boolean(), z.null(), z.record(z.string(), z.number())]),
  ) satisfies z.ZodType<LogEntry>;

/**
 * The entry in a line that another process wrote.
 *
 * @returns `undefined` where the line is none: cut off by the end of its process, or printed by something else
 */
export function parseLogEntry(line: string): LogEntry | undefined {
  const value = jsonOrUndefined(line);
  // The value itself, which is one: a parsed copy would have its keys in another order.
  return Line.safeParse(value).success ? (value as LogEntry) : undefined; // checked, and more fields stay
}

/** The last line of a process that fails: the stable code and message, or the stack of a defect. */
export function failureEntry(event: string, error: unknown): LogEntry {
  if (error instanceof KnownError) return { level: 'error', event, code: error.code, detail: error.message };
  const detail = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  return { level: 'error', event, code: 'defect', detail };
}
