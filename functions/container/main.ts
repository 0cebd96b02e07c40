/**
 * A stage as a container that polls its queue, for hosts that Lambda does not reach: more memory, more time, a GPU
 * beside it. SIGTERM ends it after the message at hand, or gives that back.
 */

import { writeLog } from '#shared/adapters/write-log.ts';
import { DRIVER_INTERRUPTED } from '#shared/driver-exit.ts';
import { failureEntry } from '#shared/log-entry.ts';
import type { QueueName } from '#shared/messaging/messages.ts';
import type { Connect } from '../stage/connected-stage.ts';
import { pollUntilStopped } from '../stage/poll-until-stopped.ts';
import { pausesOf } from '../stage/retry-pause.ts';
import { ContainerEnv } from './container-env.ts';

/** Short, since a wait that has begun is not interrupted by SIGTERM. */
const WAIT_SECONDS = 5;

const stop = new AbortController();
let endsAt = Number.POSITIVE_INFINITY;
try {
  const env = ContainerEnv.parse(process.env);
  process.once('SIGTERM', () => {
    endsAt = performance.now() + env.GRACE_SECONDS * 1000;
    stop.abort();
  });
  const connect = await connectOf(env.STAGE);
  const { app, store, queue } = await connect(process.env, { remainingMs: () => endsAt - performance.now() });
  if (!queue) throw new Error(`the stage ${env.STAGE} has no queue of its own`);
  writeLog({ level: 'info', event: 'polling', stage: env.STAGE });
  await pollUntilStopped({
    app,
    store,
    queue,
    visibilitySeconds: env.VISIBILITY_SECONDS,
    waitSeconds: WAIT_SECONDS,
    mostEmpty: Math.ceil((env.IDLE_SECONDS ?? Number.POSITIVE_INFINITY) / WAIT_SECONDS),
    pauses: pausesOf(env),
    stop: stop.signal,
    graceMs: env.GRACE_SECONDS * 1000,
    log: writeLog,
  });
  // A worker that was to end by itself has more to do where it was stopped: its host starts it again.
  const isInterrupted = env.IDLE_SECONDS !== undefined && stop.signal.aborted;
  process.exit(isInterrupted ? DRIVER_INTERRUPTED : 0); // whatever a message that was given back still does
} catch (error) {
  writeLog(failureEntry('container-failed', error));
  process.exit(1);
}

/** Loads the stage that this container is, and no other. */
async function connectOf(stage: QueueName): Promise<Connect> {
  switch (stage) {
    case 'plan':
      return (await import('../plan/connect.ts')).connectPlan;
    case 'generate':
      return (await import('../generate/connect.ts')).connectGenerate;
    case 'verify':
      return (await import('../verify/connect.ts')).connectVerify;
    default:
      return stage satisfies never;
  }
}
