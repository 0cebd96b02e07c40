import { z } from 'zod';
import { writeLog } from '#shared/adapters/write-log.ts';
import { failureEntry } from '#shared/log-entry.ts';
import { sendTo } from '#shared/messaging/send.ts';
import { openWorkspaceOf, WorkspaceEnv } from '../stage/workspace-env.ts';
import { sweep } from './sweep.ts';

export const SweepEnv = WorkspaceEnv.extend({
  /** Age after which work counts as lost: all deliveries of a message, each for as long as it may be hidden. */
  PATIENCE_SECONDS: z.coerce.number().positive(),
  /** Time between two schedules. */
  INTERVAL_SECONDS: z.coerce.number().positive(),
});

const env = SweepEnv.parse(process.env);
const opening = openWorkspaceOf(env);

/** Runs on a schedule; the next one repeats what this one could not do. */
export const handler = async (): Promise<void> => {
  const { store, queues } = await opening;
  const sendBack = sendTo(queues);
  let sent = 0;
  try {
    await sweep({
      store,
      clock: { now: Date.now },
      send: async (message) => {
        await sendBack(message);
        sent++;
      },
      patienceMs: env.PATIENCE_SECONDS * 1000,
      intervalMs: env.INTERVAL_SECONDS * 1000,
    });
    writeLog({ level: 'info', event: 'swept', sent });
  } catch (error) {
    writeLog(failureEntry('sweep-failed', error));
    throw error; // counted by Lambda, which the alarm looks at
  }
};
