import { join } from 'node:path';
import type { QueueName } from '../../messaging/messages.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { Queue } from '../../ports/queue.ts';
import { FolderStore } from './folder-store.ts';
import { privateHome } from './private-home.ts';
import { openQueues } from './sqlite-queue.ts';

/** Deliveries of a message before it counts as dead. */
const MAX_RECEIVES = 4;

/** Everything the embedded default keeps, under one folder, `.oneshot` unless the user names another. */
export interface Workspace {
  readonly home: string;
  readonly store: ObjectStore;
  readonly queues: Readonly<Record<QueueName, Queue>>;
  /** Models as folders, made from the store and checked against it; deleting it loses nothing. */
  readonly cache: string;
  close(): void;
}

/**
 * Opens a workspace, creating it where there is none; nobody but its user sees into it. Any number of processes may have
 * it open.
 *
 * @throws {KnownError} as `privateHome` and `openQueues` do
 */
export function openWorkspace(home: string): Workspace {
  const { queue, cache } = privateHome(home);
  const queues = openQueues(queue, {
    maxReceives: MAX_RECEIVES,
    clock: { now: Date.now },
  });
  return { home, store: new FolderStore(join(home, 'store')), queues, cache, close: () => queues.close() };
}
