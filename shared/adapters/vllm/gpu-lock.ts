/**
 * Whose turn a GPU is. One GPU serves a trainer and an evaluation by this policy: whoever computes holds the lock, the
 * trainer for one step, the evaluation for one batch of a shard; before it is given back, the holder frees the memory
 * it does not need to keep. Nobody is interrupted, and nobody gets two turns while another waits.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setImmediate as afterEvents, setTimeout as sleep } from 'node:timers/promises';

/** Longer than another process takes to notice that it is its turn; one that has given up meanwhile takes none. */
const GAP_MS = 150;
const LOOK_MS = 5;
/** By so much who waits longest hears of it before the others do. */
const HEAD_START_MS = 10;

/** Does work while no other process of this machine has the lock. */
export type GpuLock = <T>(work: () => Promise<T>) => Promise<T>;

export interface LockOptions {
  /** Ends a wait for it, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Around every wait: for the lock, and for others to have their turn. */
  readonly whileWaiting?: (<T>(wait: () => Promise<T>) => Promise<T>) | undefined;
}

/** For a GPU that is not shared. */
export const unshared: GpuLock = (work) => work();

/**
 * A lock between processes of one Linux machine and network namespace. It is a socket without a file, which the kernel
 * frees however its holder ends; who waits is connected to it, so that a holder knows whether anybody does.
 */
export function gpuLock(
  name: string,
  { signal, whileWaiting = (wait) => wait() }: LockOptions = {},
): GpuLock {
  const address = `\0oneshot-gpu-${name}`;
  return async (work) => {
    signal?.throwIfAborted();
    const held = (await tryToTake(address)) ?? (await whileWaiting(() => take(address, signal)));
    try {
      return await work();
    } finally {
      if (await held.release()) await whileWaiting(() => untilTaken(address));
    }
  };
}

interface Held {
  /** @returns whether somebody waits */
  release(): Promise<boolean>;
}

async function take(address: string, signal: AbortSignal | undefined): Promise<Held> {
  for (;;) {
    await untilReleased(address, signal);
    signal?.throwIfAborted();
    const held = await tryToTake(address);
    if (held) return held;
  }
}

/** @returns `undefined` where somebody else has it */
async function tryToTake(address: string): Promise<Held | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    // Read, or it would not notice that the other side gives up.
    socket
      .on('error', () => {})
      .resume()
      .once('close', () => waiting.delete(socket));
  });
  try {
    server.listen(address);
    await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
  return {
    release: async () => {
      await afterEvents(); // who connected during work that blocked
      const [first, ...others] = waiting; // in the order in which they came
      server.close();
      first?.destroy();
      if (others.length > 0) await sleep(HEAD_START_MS);
      for (const socket of others) socket.destroy();
      return first !== undefined;
    },
  };
}

/** Until one of those who waited has it, and the others wait for that one: who was last would be first again. */
async function untilTaken(address: string): Promise<void> {
  const start = performance.now();
  do await sleep(LOOK_MS);
  while (performance.now() - start < GAP_MS && !(await isTaken(address)));
}

async function isTaken(address: string): Promise<boolean> {
  const socket = connect({ path: address });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Until the holder releases it or ends, whichever way, or the signal is aborted. */
async function untilReleased(address: string, signal: AbortSignal | undefined): Promise<void> {
  const socket = connect({ path: address, signal });
  await new Promise((resolve) =>
    socket
      .on('error', () => {})
      .resume()
      .once('close', resolve),
  );
}
