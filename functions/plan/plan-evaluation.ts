import { KnownError } from '#shared/errors.ts';
import {
  Checkpoint,
  type CheckpointCommitted,
  EvaluationRequest,
  ModelManifest,
  type PlanMessage,
  type Problem,
  RoundManifest,
} from '#shared/messages.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { missingItems, readParts } from '#shared/storage/completion-part.ts';
import {
  evaluationId,
  generationId,
  goldsDigest,
  problemsDigest,
} from '#shared/storage/evaluation-identity.ts';
import { keys, parseOutcome } from '#shared/storage/keys.ts';
import { readProblems } from '#shared/storage/problem-sets.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { findObject, readObject } from '#shared/storage/read-object.ts';
import type { Send } from '../send.ts';
import { cutShards } from './cut-shards.ts';

export interface PlanPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly send: Send;
  readonly expectedTokens: (benchmark: string) => number;
}

/**
 * Turns a committed checkpoint or a stored request into a round of shards, and asks for every shard that has no
 * outcome yet. What cannot run is refused, which ends the round; asking again resumes or repeats nothing.
 */
export async function planEvaluation(message: PlanMessage, ports: PlanPorts): Promise<void> {
  if (message.type === 'evaluation-requested') return planRound(message.evaluation, ports);
  const request = await requestOf(message, ports.store);
  if (request) {
    await putObject(ports.store, keys.evaluationRequest(evaluationId(request)), request);
    await planRound(evaluationId(request), ports);
  }
  await ports.store.delete(keys.pendingCheckpoint(message));
}

async function requestOf(
  message: CheckpointCommitted,
  store: ObjectStore,
): Promise<EvaluationRequest | null> {
  return (await readObject(store, keys.checkpoint(message), Checkpoint)).evaluation;
}

async function planRound(
  evaluation: string,
  { store, clock, send, expectedTokens }: PlanPorts,
): Promise<void> {
  const round = { evaluation, round: 0 };
  const over = (await store.get(keys.summary(round))) ?? (await store.get(keys.refused(round)));
  if (over) return store.delete(keys.pendingEvaluation(round));

  const request = await readObject(store, keys.evaluationRequest(evaluation), EvaluationRequest);
  await putObject(store, keys.pendingEvaluation(round), { schemaVersion: 1, createdAt: clock.now() });
  const problems = await admit(request, store).catch(async (error: unknown) => {
    if (!(error instanceof KnownError)) throw error;
    await putObject(store, keys.refused(round), {
      schemaVersion: 1,
      code: error.code,
      detail: error.message,
    });
    await store.delete(keys.pendingEvaluation(round));
    return undefined;
  });
  if (!problems) return;

  const spec = request.generation;
  const generation = generationId(spec);
  await putObject(store, keys.generation(generation), { schemaVersion: 1, spec });
  const shards = cutShards(spec, problems, expectedTokens);
  await putObject(store, keys.roundManifest(round), { schemaVersion: 1, generation, shards });
  // Another version may have cut the round before; what is stored is what counts.
  const manifest = await readObject(store, keys.roundManifest(round), RoundManifest);
  const done = new Set((await store.list(keys.outcomes(round))).map(parseOutcome));
  for (const { shard, items } of manifest.shards) {
    if (done.has(shard)) continue;
    const missing = missingItems(items, await readParts(store, generation, shard));
    const type = missing.length > 0 ? ('generate-shard' as const) : ('verify-shard' as const);
    await send({ schemaVersion: 1, type, ...round, shard });
  }
  // All outcomes may stand already: their last verify worker could have died before the summary.
  if (done.size >= manifest.shards.length) {
    await send({ schemaVersion: 1, type: 'verify-shard', ...round, shard: manifest.shards[0]?.shard ?? 0 });
  }
}

/** Everything that the request needs is there and is what its digests say. @throws {KnownError} otherwise */
async function admit(
  request: EvaluationRequest,
  store: ObjectStore,
): Promise<ReadonlyMap<string, readonly Problem[]>> {
  const model = await findObject(store, keys.model(request.generation.model), ModelManifest);
  if (!model) {
    throw new KnownError(
      'model-missing',
      `The store has no model ${request.generation.model}. Push it, then ask again.`,
    );
  }
  const sets = await readProblems(store, request);
  for (const set of request.generation.sets) {
    if (problemsDigest(sets.get(set.benchmark) ?? []) !== set.problems) {
      throw new KnownError(
        'request-inconsistent',
        `The problems of ${set.benchmark} are not those of the request.`,
      );
    }
  }
  if (goldsDigest([...sets.values()].flat()) !== request.golds) {
    throw new KnownError('request-inconsistent', 'The reference answers are not those of the request.');
  }
  return sets;
}
