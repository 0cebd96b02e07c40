/**
 * What the store holds, as people want to see it: runs, evaluations, their samples and comparisons. Read by the HTTP API,
 * the pages and the command line alike; nothing here writes.
 */

import type { LogPart, LogPlace } from '#shared/adapters/local/read-run-log.ts';
import type { QueueName, VerifyShard } from '#shared/messaging/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { DepthWithDead } from '../stage/queue-depths.ts';
import type { CachedLists } from './cached-lists.ts';
import type { DriverNews } from './runs/run-progress.ts';

/** What reading results stands on. */
export interface ResultsPorts {
  readonly store: ObjectStore;
  readonly lists: CachedLists;
  /** Asks for the end of a round whose last worker died before it. */
  readonly send: (message: VerifyShard) => Promise<void>;
  /** What is known of drivers on the machine of the store, where there is one. */
  readonly drivers?: () => Promise<DriverNews>;
  /** What drivers of the machine of the store have said of a run, so many entries behind a place at most. */
  readonly runLog?: (run: string, after: LogPlace | undefined, most: number) => LogPart;
  /** What lies in each queue, where whoever reads may ask them. */
  readonly depths?: () => Promise<Readonly<Record<QueueName, DepthWithDead>>>;
}
