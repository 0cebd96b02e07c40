import { existsSync } from 'node:fs';
import { freeSpace } from './free-space.ts';

/** Files there lie in memory, where other programs read them without a disk. */
const SHARED_MEMORY_FOLDER = '/dev/shm';

/** The folder whose files lie in memory; none where the system has no such folder, or less room in it. */
export async function sharedMemory(needBytes = 0): Promise<string | undefined> {
  if (!existsSync(SHARED_MEMORY_FOLDER)) return undefined;
  const free = await freeSpace(SHARED_MEMORY_FOLDER).catch(() => 0);
  return free >= needBytes ? SHARED_MEMORY_FOLDER : undefined;
}
