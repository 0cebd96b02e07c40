/** One line of a log, written as one JSON object. */
export interface LogEntry {
  readonly level: 'info' | 'error';
  readonly event: string;
  readonly [detail: string]: string | number | undefined;
}
