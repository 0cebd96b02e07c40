import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { type LogEntry, parseLogEntry } from '../../log-entry.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from './private-home.ts';

/** Where a file is full and the next one begins; the one before the last goes. */
const MOST_BYTES = 8 << 20;
/** More than an entry has. */
const TAIL_BYTES = 1 << 16;

/** The files of a run's log in a home, the older one first. */
export function runLogFiles(home: string, run: string): readonly [before: string, now: string] {
  return [join(home, 'logs', `${run}.before.jsonl`), join(home, 'logs', `${run}.jsonl`)];
}

/**
 * Adds an entry to the log that a home keeps of a run, as a line with its time. What cannot be written, as on a full
 * disk, is left out: a log is nothing that training may end for.
 */
export function keepInRunLog(home: string, run: string, entry: LogEntry, atMs: number): void {
  const [before, now] = runLogFiles(home, run);
  try {
    mkdirSync(join(home, 'logs'), { recursive: true, mode: PRIVATE_FOLDER });
    if (existsSync(now) && statSync(now).size >= MOST_BYTES) renameSync(now, before);
    const line = JSON.stringify({ at: new Date(atMs).toISOString(), ...entry });
    appendFileSync(now, `${line}\n`, { mode: PRIVATE_FILE });
  } catch {
    // See above.
  }
}

/** The last entry of a run's log; `undefined` where a home has none. */
export function lastLogEntry(home: string, run: string): LogEntry | undefined {
  const [, path] = runLogFiles(home, run);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return undefined;
  const body = Buffer.alloc(Math.min(size, TAIL_BYTES));
  const file = openSync(path, 'r');
  try {
    readSync(file, body, 0, body.length, size - body.length);
  } finally {
    closeSync(file);
  }
  return parseLogEntry(body.toString().trimEnd().split('\n').at(-1) ?? '');
}
