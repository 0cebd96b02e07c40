/** One line of a log: one JSON object that names the run, evaluation or shard it is about. */
export interface LogEntry {
  readonly level: 'info' | 'error';
  readonly event: string;
  readonly [detail: string]: string | number | boolean | null | undefined | Readonly<Record<string, number>>;
}
