import { KnownError } from '#shared/errors.ts';
import type { EvaluationRequested } from '#shared/messaging/messages.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { RoundRef } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';

/** A round's number has two digits in its key. */
const LAST_ROUND = 99;

export interface AskingPorts {
  readonly store: ObjectStore;
  readonly send: (message: EvaluationRequested) => Promise<void>;
  readonly clock: Clock;
}

/**
 * Promises a round, so that the sweep finds it whatever happens, and sends it to plan. Asked twice it is the same round.
 *
 * @throws {KnownError} `rounds-exhausted`
 */
export async function askForRound(
  { evaluation, round }: RoundRef,
  maxCostUsd: number | undefined,
  { store, send, clock }: AskingPorts,
): Promise<void> {
  const ref = { evaluation, round };
  if (round > LAST_ROUND) {
    throw new KnownError(
      'rounds-exhausted',
      `Evaluation ${evaluation} had ${LAST_ROUND + 1} rounds, the most there are.`,
    );
  }
  const limit = maxCostUsd !== undefined && { maxCostUsd };
  await put(store, record.pendingEvaluation(ref), { createdAt: clock.now(), ...limit });
  await send({ schemaVersion: 1, type: 'evaluation-requested', ...ref });
}
