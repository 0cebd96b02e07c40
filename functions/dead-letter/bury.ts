import {
  Checkpoint,
  type GenerateShard,
  type Message,
  type PlanMessage,
  RoundManifest,
  type VerifyShard,
} from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { missingItems, readParts } from '#shared/storage/completion-part.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { findObject, readObject } from '#shared/storage/read-object.ts';
import { finish } from '../finish.ts';
import type { Send } from '../send.ts';

export interface BuryPorts {
  readonly store: ObjectStore;
  readonly send: Send;
}

/**
 * Turns a message that no worker managed to handle into a recorded failure, so that its round ends: a dead plan is
 * refused, a dead shard gets the failure outcome unless it has an outcome. A dead generate message whose
 * completions are complete only lost its VerifyShard, which is sent again.
 */
export async function bury(message: Message, ports: BuryPorts): Promise<void> {
  switch (message.type) {
    case 'checkpoint-committed':
    case 'evaluation-requested':
      return buryPlan(message, ports);
    case 'generate-shard':
      return buryGenerate(message, ports);
    case 'verify-shard':
      return failShard(message, 'verify-dead', ports.store);
    default:
      return message satisfies never;
  }
}

async function buryPlan(message: PlanMessage, { store }: BuryPorts): Promise<void> {
  const evaluation = await evaluationOf(message, store);
  if (evaluation === undefined) return;
  const round = { evaluation, round: message.type === 'evaluation-requested' ? message.round : 0 };
  const detail = 'Planning failed on every attempt; the log of the plan stage says why.';
  await putObject(store, keys.refused(round), { schemaVersion: 1, code: 'plan-dead', detail });
  await store.delete(keys.pendingEvaluation(round));
  if (message.type === 'checkpoint-committed') await store.delete(keys.pendingCheckpoint(message));
}

async function evaluationOf(message: PlanMessage, store: ObjectStore): Promise<string | undefined> {
  if (message.type === 'evaluation-requested') return message.evaluation;
  const checkpoint = await findObject(store, keys.checkpoint(message), Checkpoint);
  return checkpoint?.evaluation ? evaluationId(checkpoint.evaluation) : undefined;
}

async function buryGenerate(message: GenerateShard, { store, send }: BuryPorts): Promise<void> {
  const manifest = await readObject(store, keys.roundManifest(message), RoundManifest);
  const parts = await readParts(store, manifest.generation, message.shard);
  const missing = missingItems(manifest.shards[message.shard]?.items ?? [], parts);
  if (missing.length === 0) return send({ ...message, type: 'verify-shard' });
  return failShard(message, 'generate-dead', store);
}

async function failShard(
  message: GenerateShard | VerifyShard,
  reason: string,
  store: ObjectStore,
): Promise<void> {
  await putObject(store, keys.outcome(message, message.shard), { schemaVersion: 1, kind: 'failed', reason });
  await finish(message, store);
}
