import { join } from 'node:path';
import type { QueueName } from '../../messages.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { Queue } from '../../ports/queue.ts';
import { FolderStore } from './folder-store.ts';
import { makeFolder } from './make-folder.ts';
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
 * Opens a workspace, creating it where there is none. Any number of processes may have it open.
 *
 * @throws {KnownError} `store-unwritable`, `disk-full`, and as `openQueues` does
 */
export function openWorkspace(home: string): Workspace {
  const cache = join(home, 'cache', 'models');
  makeFolder(home);
  makeFolder(cache);
  const queues = openQueues(join(home, 'queue.sqlite'), {
    maxReceives: MAX_RECEIVES,
    clock: { now: Date.now },
  });
  return { home, store: new FolderStore(join(home, 'store')), queues, cache, close: () => queues.close() };
}
