/** Names of files that are being written, from which others can tell whether their writer is still at work. */
import { createHash, randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** What nobody has written to for so long has no writer any more, wherever that was. */
const ABANDONED_MS = 3_600_000;

/** Where a process id means this process: several hosts or containers may share a folder. */
const realm = createHash('sha256').update(`${hostname()} ${pidNamespace()}`).digest('hex').slice(0, 12);

/** A new name, of a file that this process writes. */
export function draftName(): string {
  return `${realm}-${process.pid}-${randomUUID()}`;
}

/** Whether the writer of a draft is known to have ended; of one from elsewhere that cannot be known. */
export function hasDeadWriter(name: string): boolean {
  const [, where, pid] = /^([0-9a-f]{12})-(\d+)-/.exec(name) ?? [];
  return where === realm && !isRunning(Number(pid));
}

/** Whether nobody writes to a draft any more: its writer has ended, or it has not been touched for an hour. */
export async function isAbandoned(folder: string, name: string): Promise<boolean> {
  if (hasDeadWriter(name)) return true;
  const age = await stat(join(folder, name)).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0, // its writer has removed it meanwhile
  );
  return age > ABANDONED_MS;
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // what process.kill throws
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return ''; // not Linux, where containers have hosts of their own
  }
}
