/**
 * Sends lost work again, on a schedule. `is-due.ts` says at which ages; this file lists what is open and asks plan for it.
 */
import { Checkpoint, Pending, PlanMessage } from '#shared/messages.ts';
import type { Send } from '#shared/messaging/send.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import {
  keys,
  parseCheckpoint,
  parseIncarnation,
  parsePendingEvaluation,
  type StepRef,
} from '#shared/storage/keys.ts';
import { findObject } from '#shared/storage/read-object.ts';
import { isDue } from './is-due.ts';

export interface SweepPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly send: Send;
  /** Age after which work counts as lost for the first time. */
  readonly patienceMs: number;
  /** Time since the sweep before; everything is due if this is infinite. */
  readonly intervalMs: number;
}

/**
 * Repairs what a crash or a lost message left behind: lists `pending/` and nothing else, and sends the plan message
 * again. Plan resumes a round where it stands, so a needless repeat costs a few reads.
 */
export async function sweep(ports: SweepPorts): Promise<void> {
  for (const key of await ports.store.list(keys.pending)) {
    const pending = await findObject(ports.store, key, Pending);
    if (!pending || !isDue(ports.clock.now() - pending.createdAt, ports)) continue;
    if (key.startsWith('pending/evaluations/')) {
      const ref = parsePendingEvaluation(key);
      await ports.send(PlanMessage.parse({ schemaVersion: 1, type: 'evaluation-requested', ...ref }));
    } else {
      await sweepCheckpoint(parseCheckpoint(key), ports);
    }
  }
}

async function sweepCheckpoint(ref: StepRef, { store, send }: SweepPorts): Promise<void> {
  if (await findObject(store, keys.checkpoint(ref), Checkpoint)) {
    return send(PlanMessage.parse({ schemaVersion: 1, type: 'checkpoint-committed', ...ref }));
  }
  // The driver died between marker and checkpoint. Only a later driver proves that it will not come back.
  const incarnations = (await store.list(keys.incarnations(ref.run))).map(parseIncarnation);
  if (incarnations.some((incarnation) => incarnation > ref.incarnation)) {
    await store.delete(keys.pendingCheckpoint(ref));
  }
}
