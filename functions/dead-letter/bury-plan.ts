import type { PlanMessage } from '#shared/messaging/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { RoundManifest } from '#shared/records/evaluations.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys, parseOutcome, type RoundRef } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
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
  const manifest = await find(store, record.roundManifest(ref));
  if (manifest) await askForOpenShards(ref, manifest, ports);
  else {
    const detail = 'Planning failed on every attempt; the log of the plan stage says why.';
    await put(store, record.refused(ref), { code: 'plan-dead', detail });
    await store.delete(keys.pendingEvaluation(ref));
  }
  if (message.type === 'checkpoint-committed') await store.delete(keys.pendingCheckpoint(message));
}

async function evaluationOf(message: PlanMessage, store: ObjectStore): Promise<string | undefined> {
  if (message.type === 'evaluation-requested') return message.evaluation;
  const checkpoint = await find(store, record.checkpoint(message));
  return checkpoint?.evaluation ? evaluationId(checkpoint.evaluation) : undefined;
}

/** As GenerateShard, whatever is stored of them: reading completions may be what killed the plan message. */
async function askForOpenShards(
  ref: RoundRef,
  { shards }: RoundManifest,
  { store, sendAll }: BuryPorts,
): Promise<void> {
  const done = new Set((await store.list(keys.prefix.outcomes(ref))).map(parseOutcome));
  const open = shards.filter(({ shard, from }) => from === undefined && !done.has(shard));
  await sendAll(open.map(({ shard }) => ({ schemaVersion: 1, type: 'generate-shard', ...ref, shard })));
  await finish(ref, store);
}
