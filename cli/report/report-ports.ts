import { statelessSessions } from '#functions/dashboard/browser-sessions.ts';
import type { DashboardPorts } from '#functions/dashboard/dashboard-ports.ts';
import { CachedLists } from '#functions/results/cached-lists.ts';
import { Memory } from '#functions/results/memory.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { packageVersion } from '../package/package-version.ts';

/** Rounds and comparisons that are read once for all pages of a report. */
const MOST_REMEMBERED = 500;

const READER = { schemaVersion: 1, name: 'oneshot report', scope: 'read', createdAt: 0 } as const;

/** What the pages stand on where nobody serves them: they are only read, by this process. */
export function reportPorts(store: ObjectStore): DashboardPorts {
  const clock = { now: Date.now };
  return {
    ...{ store, clock, lists: new CachedLists(store, clock) },
    ...{ finished: new Memory(MOST_REMEMBERED), comparisons: new Memory(MOST_REMEMBERED) },
    ...{ tokens: async () => READER, sessions: statelessSessions },
    send: async () => {}, // nobody is asked to finish what is only looked at
    actions: { retry: refuse, cancel: refuse, redrive: refuse, note: refuse, withdraw: refuse },
    host: { version: packageVersion, canStream: false, costUsd: () => 0, concurrency: {} },
    log: () => {},
  };
}

function refuse(): never {
  throw new Error('a report changes nothing');
}
