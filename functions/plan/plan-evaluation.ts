/**
 * Turns a request into a round of shards, and can do so again at any time.
 *
 * `admit.ts` refuses what cannot run here, `cut-shards.ts` cuts a first round and `retry-shards.ts` a later one,
 * `index-evaluation.ts` enters the evaluation in its listing. `take-over.ts` copies completions that others have, which find
 * this one's by `index-generation.ts`; this file puts the manifest and asks for open shards.
 */
import { hasRole } from '#shared/error-codes/codes.ts';
import { KnownError } from '#shared/errors.ts';
import type { PlanMessage } from '#shared/messaging/messages.ts';
import type { SendAll } from '#shared/messaging/send.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest, RoundManifest } from '#shared/records/evaluations.ts';
import type { Unversioned } from '#shared/records/ids.ts';
import { evaluationId, generationId } from '#shared/storage/evaluation-identity.ts';
import { keys, parseOutcome, type RoundRef } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { find, read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { Capacity } from '../admission/admissible.ts';
import { admit } from './admit.ts';
import { cutShards } from './cut-shards.ts';
import { indexEvaluation, type Origin } from './index-evaluation.ts';
import { indexGeneration } from './index-generation.ts';
import { retryShards, roundBefore } from './retry-shards.ts';
import { takeOver } from './take-over.ts';

export interface PlanPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly sendAll: SendAll;
  readonly expectedTokens: (benchmark: string) => number;
  readonly capacity: Capacity;
}

/**
 * Turns a committed checkpoint or a stored request into a round of shards, and asks for every shard that has no
 * outcome yet. What cannot run is refused, which ends the round; asking again resumes or repeats nothing.
 */
export async function planEvaluation(message: PlanMessage, ports: PlanPorts): Promise<void> {
  if (message.type === 'evaluation-requested') return planRound(message, undefined, ports);
  const { evaluation: request } = await read(ports.store, record.checkpoint(message));
  if (request) {
    const ref = { evaluation: evaluationId(request), round: 0 };
    await put(ports.store, record.evaluationRequest(ref.evaluation), request);
    await planRound(ref, { run: message.run, step: message.step }, ports);
  }
  await ports.store.delete(keys.pendingCheckpoint(message));
}

async function planRound({ evaluation, round }: RoundRef, origin: Origin, ports: PlanPorts): Promise<void> {
  const { store, clock, sendAll } = ports;
  const ref = { evaluation, round };
  await put(store, record.pendingEvaluation(ref), { createdAt: clock.now() });
  const pending = await find(store, record.pendingEvaluation(ref));
  // Looked for only after the marker was read: if the round ended earlier, that marker is the new one from above, which
  // has neither the request's time nor its limit, and the end is found here.
  const over = (await store.get(keys.summary(ref))) ?? (await store.get(keys.refused(ref)));
  if (over) return store.delete(keys.pendingEvaluation(ref));

  const request = await read(store, record.evaluationRequest(evaluation));
  const before = await roundBefore(ref, store);
  // A retry waits for the round before it to end: its marker stays, and the sweep sends this message again.
  if (before && !(await store.get(keys.summary(before)))) return;
  const manifest = await admitted({ ref, before, request, maxCostUsd: pending?.maxCostUsd }, ports);
  if (!manifest) return;
  const [stored] = await Promise.all([
    store.list(keys.prefix.outcomes(ref)),
    before ? undefined : indexEvaluation(request, pending?.createdAt ?? clock.now(), origin, store),
    before ? undefined : indexGeneration(request, round, store),
  ]);
  const done = new Set(stored.map(parseOutcome));
  const open = manifest.shards.filter(({ shard, from }) => from === undefined && !done.has(shard));
  // All outcomes may stand already: their last verify worker could have died before the summary.
  if (open.length === 0) {
    const shard = manifest.shards[0]?.shard ?? 0;
    return sendAll([{ schemaVersion: 1, type: 'verify-shard', ...ref, shard }]);
  }
  const lacking = await takeOver(ref, request, { generation: manifest.generation, open }, store);
  await sendAll(
    open.map(({ shard }) => {
      const type = lacking.has(shard) ? ('generate-shard' as const) : ('verify-shard' as const);
      return { schemaVersion: 1 as const, type, ...ref, shard };
    }),
  );
}

interface Asked {
  readonly ref: RoundRef;
  readonly before: RoundRef | undefined;
  readonly request: EvaluationRequest;
  readonly maxCostUsd: number | undefined;
}

/** The round's manifest as stored, or nothing when the round was refused. */
async function admitted(
  { ref, before, request, maxCostUsd }: Asked,
  { store, expectedTokens, capacity }: PlanPorts,
): Promise<Unversioned<RoundManifest> | undefined> {
  try {
    const problems = await admit(request, { store, expectedTokens, capacity, maxCostUsd });
    const spec = request.generation;
    const generation = generationId(spec);
    const shards = before ? await retryShards(before, store) : cutShards(spec, problems, expectedTokens);
    const manifest = { generation, shards };
    const [answer] = await Promise.all([
      put(store, record.roundManifest(ref), manifest),
      put(store, record.generation(generation), { spec }),
    ]);
    if (answer === 'created') return manifest;
  } catch (error) {
    if (!(error instanceof KnownError) || !hasRole(error.code, 'refusal')) throw error;
    await put(store, record.refused(ref), { code: error.code, detail: error.message });
    await store.delete(keys.pendingEvaluation(ref));
    return undefined;
  }
  // Another version may have cut the round before; what is stored is what counts.
  return read(store, record.roundManifest(ref));
}
