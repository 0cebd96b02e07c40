import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sharedMemory } from '#shared/adapters/disk/shared-memory.ts';

it('names the folder of memory where it has so much room', async () => {
  expect(await sharedMemory()).toBe(existsSync('/dev/shm') ? '/dev/shm' : undefined);
  expect(await sharedMemory(Number.MAX_SAFE_INTEGER)).toBeUndefined();
});
