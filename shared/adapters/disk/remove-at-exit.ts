import { rmSync } from 'node:fs';

const folders = new Set<string>();

/** Has a folder of this process removed when the process exits, however it comes to that; one that is killed leaves it. */
export function removeAtExit(folder: string): void {
  if (folders.size === 0) process.once('exit', removeAll);
  folders.add(folder);
}

function removeAll(): void {
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 }); // a child may still write there
    } catch {
      // Nobody is left to be told.
    }
  }
}
