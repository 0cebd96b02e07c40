import { Checkpoint, type PlanMessage, RoundManifest } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys, parseOutcome, type RoundRef } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { findObject } from '#shared/storage/read-object.ts';
import { finish } from '../round/finish.ts';
import type { BuryPorts } from './bury-ports.ts';

/**
 * Ends a round whose planning failed on every attempt. One that was planned before is not refused, since its shards may
 * be at work: those without an outcome are asked for.
 */
export async function buryPlan(message: PlanMessage, ports: BuryPorts): Promise<void> {
  const { store } = ports;
  const evaluation = await evaluationOf(message, store);
  if (evaluation === undefined) return;
  const ref = { evaluation, round: message.type === 'evaluation-requested' ? message.round : 0 };
  const manifest = await findObject(store, keys.roundManifest(ref), RoundManifest);
  if (manifest) await askForOpenShards(ref, manifest, ports);
  else {
    const detail = 'Planning failed on every attempt; the log of the plan stage says why.';
    await putObject(store, keys.refused(ref), { schemaVersion: 1, code: 'plan-dead', detail });
    await store.delete(keys.pendingEvaluation(ref));
  }
  if (message.type === 'checkpoint-committed') await store.delete(keys.pendingCheckpoint(message));
}

async function evaluationOf(message: PlanMessage, store: ObjectStore): Promise<string | undefined> {
  if (message.type === 'evaluation-requested') return message.evaluation;
  const checkpoint = await findObject(store, keys.checkpoint(message), Checkpoint);
  return checkpoint?.evaluation ? evaluationId(checkpoint.evaluation) : undefined;
}

/** As GenerateShard, whatever is stored of them: reading completions may be what killed the plan message. */
async function askForOpenShards(
  ref: RoundRef,
  { shards }: RoundManifest,
  { store, sendAll }: BuryPorts,
): Promise<void> {
  const done = new Set((await store.list(keys.outcomes(ref))).map(parseOutcome));
  const open = shards.filter(({ shard, from }) => from === undefined && !done.has(shard));
  await sendAll(open.map(({ shard }) => ({ schemaVersion: 1, type: 'generate-shard', ...ref, shard })));
  await finish(ref, store);
}
