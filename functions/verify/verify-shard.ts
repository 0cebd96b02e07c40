/**
 * Grades a shard: `score-completion.ts` judges one completion, this file stores the outcome of all and ends the round if it
 * was the last.
 */
import { KnownError } from '#shared/errors.ts';
import { itemName } from '#shared/items.ts';
import {
  type Completion,
  EvaluationRequest,
  type Item,
  type Outcome,
  RoundManifest,
  type VerifyShard,
} from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { missingItems, readParts } from '#shared/storage/completion-part.ts';
import { keys } from '#shared/storage/keys.ts';
import { readProblemsById } from '#shared/storage/problem-sets.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { rememberedObject } from '#shared/storage/remembered.ts';
import { problemOf } from '../round/asked-item.ts';
import { endIfCancelled } from '../round/end-if-cancelled.ts';
import { finish } from '../round/finish.ts';
import { scoreCompletion } from './score-completion.ts';

export interface VerifyPorts {
  readonly store: ObjectStore;
}

/** Stores the outcome of a shard, once, and the summary of the round if this was the last. */
export async function verifyShard(message: VerifyShard, { store }: VerifyPorts): Promise<void> {
  if (await endIfCancelled(message, store)) return;
  const manifest = await rememberedObject(store, keys.roundManifest(message), RoundManifest);
  const outcome = keys.outcome(message, message.shard);
  const settled = manifest.shards[message.shard]?.from ?? (await store.get(outcome));
  if (!settled) await putObject(store, outcome, await scoreShard(message, manifest, store));
  await finish(message, store);
}

async function scoreShard(
  message: VerifyShard,
  manifest: RoundManifest,
  store: ObjectStore,
): Promise<Outcome> {
  const request = await rememberedObject(
    store,
    keys.evaluationRequest(message.evaluation),
    EvaluationRequest,
  );
  const items = manifest.shards[message.shard]?.items ?? [];
  const parts = await readParts(store, manifest.generation, message.shard);
  const missing = missingItems(items, parts).length;
  if (missing > 0) {
    throw new KnownError(
      'completions-missing',
      `${missing} of ${items.length} completions are not stored yet.`,
    );
  }
  const completions = byItem(parts.flatMap((part) => part.completions));
  const unanswered = byItem(parts.flatMap((part) => part.unanswered));
  const problems = await readProblemsById(store, request);
  const open = items.map((item) => unanswered.get(itemName(item))).filter((item) => item !== undefined);
  const scored = items
    .filter((item) => !unanswered.has(itemName(item)))
    .map((item) => {
      const completion = completions.get(itemName(item)) as Completion; // none is missing
      return scoreCompletion(problemOf(item, problems), completion, request.graders);
    });
  const policy = parts.every(({ header }) => header.policy === 'verified') ? 'verified' : 'claimed';
  return {
    schemaVersion: 1,
    kind: 'scored',
    policy,
    items: scored,
    ...(open.length > 0 && { unanswered: open }),
  };
}

function byItem<T extends Item>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.map((one) => [itemName(one), one]));
}
