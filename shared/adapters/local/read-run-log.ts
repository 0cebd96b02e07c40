import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type LogEntry, parseLogEntry } from '../../log-entry.ts';
import { runLogFiles } from './run-log.ts';

/** A place between two lines of a run's log. Files are named by their first entry, since a full one is renamed. */
export interface LogPlace {
  /** Time of the first entry of the file, milliseconds since 1970. */
  readonly beganMs: number;
  /** Bytes of the file before the place. */
  readonly offset: number;
}

/** Some lines of a log. */
export interface LogPart {
  readonly entries: readonly LogEntry[];
  /** Behind the last of them; `undefined` where there is no log. */
  readonly end: LogPlace | undefined;
  /** Whether more follows that can be read now. */
  readonly more: boolean;
}

/** Bytes that are read at a time: many entries, and more than one has. */
const WINDOW_BYTES = 1 << 18;
const NEWLINE = 0x0a;

interface LogFile {
  readonly descriptor: number;
  readonly beganMs: number;
}

/**
 * The entries of a run's log behind a place, oldest first. What is no entry, such as a line that is being written, is left
 * out; a place that the log no longer has stands for its beginning.
 *
 * @param most - entries at most
 */
export function readRunLog(home: string, run: string, after: LogPlace | undefined, most: number): LogPart {
  const files = openFiles(runLogFiles(home, run));
  try {
    const known = files.findIndex(({ beganMs }) => beganMs === after?.beganMs);
    let [at, offset] = known === -1 ? [0, 0] : [known, after?.offset ?? 0];
    const entries: LogEntry[] = [];
    for (let file = files[at]; file; file = files[at]) {
      offset = readEntries(file, offset, entries, most);
      if (entries.length >= most || at === files.length - 1) break;
      [at, offset] = [at + 1, 0];
    }
    const last = files[at];
    const more = last !== undefined && (at < files.length - 1 || hasLine(last, offset));
    return { entries, end: last && { beganMs: last.beganMs, offset }, more };
  } finally {
    for (const { descriptor } of files) closeSync(descriptor);
  }
}

/** The older file first. The newer one is opened first: a file that fills up in between is met twice, and none is missed. */
function openFiles([before, now]: readonly [string, string]): readonly LogFile[] {
  const newer = openFile(now);
  const older = openFile(before);
  if (newer && older && newer.beganMs === older.beganMs) {
    closeSync(older.descriptor);
    return [newer];
  }
  return [older, newer].filter((file) => file !== undefined);
}

function openFile(path: string): LogFile | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const [first = ''] = readWindow(descriptor, 0).toString().split('\n', 1);
  const beganMs = Date.parse(String(parseLogEntry(first)?.['at']));
  return { descriptor, beganMs: Number.isNaN(beganMs) ? 0 : beganMs };
}

/** Adds entries until there are enough or no whole line is left. @returns the offset behind the last line read */
function readEntries({ descriptor }: LogFile, start: number, entries: LogEntry[], most: number): number {
  let offset = start;
  while (entries.length < most) {
    const bytes = readWindow(descriptor, offset);
    let line = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, line)) {
      const entry = parseLogEntry(bytes.toString('utf8', line, end));
      if (entry) entries.push(entry);
      line = end + 1;
      if (entries.length === most) return offset + line;
    }
    if (line === 0 && bytes.length < WINDOW_BYTES) return offset;
    offset += line === 0 ? bytes.length : line; // a whole window without an end of a line is no entry
  }
  return offset;
}

function hasLine({ descriptor }: LogFile, offset: number): boolean {
  return readWindow(descriptor, offset).includes(NEWLINE);
}

function readWindow(descriptor: number, offset: number): Buffer {
  const length = Math.min(WINDOW_BYTES, Math.max(0, fstatSync(descriptor).size - offset));
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
}
