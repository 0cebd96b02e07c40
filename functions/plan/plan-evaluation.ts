/**
 * Turns a request into a round of shards, and can do so again at any time.
 *
 * `admit.ts` refuses what cannot run here, `cut-shards.ts` cuts a first round and `retry-shards.ts` a later one,
 * `index-evaluation.ts` enters the evaluation in its listing; this file puts the manifest and asks for open shards.
 */
import { hasRole } from '#shared/error-codes/codes.ts';
import { KnownError } from '#shared/errors.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { Checkpoint, EvaluationRequest, Pending, type PlanMessage, RoundManifest } from '#shared/messages.ts';
import type { SendAll } from '#shared/messaging/send.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { missingItems, readParts } from '#shared/storage/completion-part.ts';
import { evaluationId, generationId } from '#shared/storage/evaluation-identity.ts';
import { keys, parseOutcome, type RoundRef } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { findObject, readObject } from '#shared/storage/read-object.ts';
import type { Capacity } from '../admission/admissible.ts';
import { admit } from './admit.ts';
import { cutShards } from './cut-shards.ts';
import { indexEvaluation, type Origin } from './index-evaluation.ts';
import { retryShards, roundBefore } from './retry-shards.ts';

/** Shards whose completions are looked for at a time. */
const READS = 32;

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
  const { evaluation: request } = await readObject(ports.store, keys.checkpoint(message), Checkpoint);
  if (request) {
    const ref = { evaluation: evaluationId(request), round: 0 };
    await putObject(ports.store, keys.evaluationRequest(ref.evaluation), request);
    await planRound(ref, { run: message.run, step: message.step }, ports);
  }
  await ports.store.delete(keys.pendingCheckpoint(message));
}

async function planRound({ evaluation, round }: RoundRef, origin: Origin, ports: PlanPorts): Promise<void> {
  const { store, clock, sendAll } = ports;
  const ref = { evaluation, round };
  await putObject(store, keys.pendingEvaluation(ref), { schemaVersion: 1, createdAt: clock.now() });
  const pending = await findObject(store, keys.pendingEvaluation(ref), Pending);
  // Looked for only after the marker was read: if the round ended earlier, that marker is the new one from above, which
  // has neither the request's time nor its limit, and the end is found here.
  const over = (await store.get(keys.summary(ref))) ?? (await store.get(keys.refused(ref)));
  if (over) return store.delete(keys.pendingEvaluation(ref));

  const request = await readObject(store, keys.evaluationRequest(evaluation), EvaluationRequest);
  const before = await roundBefore(ref, store);
  // A retry waits for the round before it to end: its marker stays, and the sweep sends this message again.
  if (before && !(await store.get(keys.summary(before)))) return;
  const manifest = await admitted({ ref, before, request, maxCostUsd: pending?.maxCostUsd }, ports);
  if (!manifest) return;
  const [stored] = await Promise.all([
    store.list(keys.outcomes(ref)),
    before ? undefined : indexEvaluation(request, pending?.createdAt ?? clock.now(), origin, store),
  ]);
  const done = new Set(stored.map(parseOutcome));
  const open = manifest.shards.filter(({ shard, from }) => from === undefined && !done.has(shard));
  // All outcomes may stand already: their last verify worker could have died before the summary.
  if (open.length === 0) {
    const shard = manifest.shards[0]?.shard ?? 0;
    return sendAll([{ schemaVersion: 1, type: 'verify-shard', ...ref, shard }]);
  }
  const messages = await inParallel(open, READS, async ({ shard, items }) => {
    const missing = missingItems(items, await readParts(store, manifest.generation, shard));
    const type = missing.length > 0 ? ('generate-shard' as const) : ('verify-shard' as const);
    return { schemaVersion: 1 as const, type, ...ref, shard };
  });
  await sendAll(messages);
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
): Promise<RoundManifest | undefined> {
  try {
    const problems = await admit(request, { store, expectedTokens, capacity, maxCostUsd });
    const spec = request.generation;
    const generation = generationId(spec);
    const shards = before ? await retryShards(before, store) : cutShards(spec, problems, expectedTokens);
    const manifest = { schemaVersion: 1, generation, shards } as const;
    const [put] = await Promise.all([
      putObject(store, keys.roundManifest(ref), manifest),
      putObject(store, keys.generation(generation), { schemaVersion: 1, spec }),
    ]);
    if (put === 'created') return manifest;
  } catch (error) {
    if (!(error instanceof KnownError) || !hasRole(error.code, 'refusal')) throw error;
    const refusal = { schemaVersion: 1, code: error.code, detail: error.message };
    await putObject(store, keys.refused(ref), refusal);
    await store.delete(keys.pendingEvaluation(ref));
    return undefined;
  }
  // Another version may have cut the round before; what is stored is what counts.
  return readObject(store, keys.roundManifest(ref), RoundManifest);
}
