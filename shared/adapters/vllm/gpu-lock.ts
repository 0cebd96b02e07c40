/**
 * Whose turn a GPU is. One GPU serves a trainer and an evaluation by this policy: whoever computes holds the lock, the
 * trainer for one step, the evaluation for one batch of a shard; before it is given back, the holder frees the memory
 * it does not need to keep. Nobody is interrupted, and nobody gets two turns while another waits.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;
/** Longer than others take to look again: after its turn, a holder lets them in. */
const GAP_MS = 3 * POLL_MS;

/** Does work while no other process of this machine has the lock. */
export type GpuLock = <T>(work: () => Promise<T>) => Promise<T>;

/** For a GPU that is not shared. */
export const unshared: GpuLock = (work) => work();

/**
 * A lock between processes of one Linux machine and network namespace. It is a socket without a file, which the kernel
 * frees however its holder ends.
 */
export function gpuLock(name: string): GpuLock {
  return async (work) => {
    const held = await take(`\0oneshot-gpu-${name}`);
    try {
      return await work();
    } finally {
      held.close();
      await sleep(GAP_MS);
    }
  };
}

async function take(address: string): Promise<Server> {
  for (;;) {
    const server = createServer((socket) => socket.destroy());
    try {
      server.listen(address);
      await once(server, 'listening');
      return server;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
    await sleep(POLL_MS);
  }
}
