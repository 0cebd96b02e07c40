import { KnownError } from '#shared/errors.ts';
import type { VerifyShard } from '#shared/messaging/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Outcome, RoundManifest } from '#shared/records/evaluations.ts';
import type { Unversioned } from '#shared/records/ids.ts';
import { missingItems, readParts } from '#shared/storage/completion-part.ts';
import { readProblemsById } from '#shared/storage/problem-sets.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { readRemembered } from '#shared/storage/remembered.ts';
import { endIfCancelled } from '../round/end-if-cancelled.ts';
import { finish } from '../round/finish.ts';
import { scoreCompletion } from './score-completion.ts';

export interface VerifyPorts {
  readonly store: ObjectStore;
}

/** Stores the outcome of a shard, once, and the summary of the round if this was the last. */
export async function verifyShard(message: VerifyShard, { store }: VerifyPorts): Promise<void> {
  if (await endIfCancelled(message, store)) return;
  const manifest = await readRemembered(store, record.roundManifest(message));
  const outcome = record.outcome(message, message.shard);
  const settled = manifest.shards[message.shard]?.from ?? (await store.get(outcome.key));
  if (!settled) await put(store, outcome, await scoreShard(message, manifest, store));
  await finish(message, store);
}

async function scoreShard(
  message: VerifyShard,
  manifest: RoundManifest,
  store: ObjectStore,
): Promise<Unversioned<Outcome>> {
  const request = await readRemembered(store, record.evaluationRequest(message.evaluation));
  const items = manifest.shards[message.shard]?.items ?? [];
  const parts = await readParts(store, manifest.generation, message.shard);
  const missing = missingItems(items, parts).length;
  if (missing > 0) {
    throw new KnownError(
      'completions-missing',
      `${missing} of ${items.length} completions are not stored yet.`,
    );
  }
  const completions = new Map(
    parts.flatMap((part) => part.completions).map((c) => [`${c.problem} ${c.sample}`, c]),
  );
  const unanswered = new Map(
    parts.flatMap((part) => part.unanswered).map((u) => [`${u.problem} ${u.sample}`, u]),
  );
  const problems = await readProblemsById(store, request);
  const open = items
    .map(({ problem, sample }) => unanswered.get(`${problem} ${sample}`))
    .filter((item) => item !== undefined);
  const scored = items
    .filter(({ problem, sample }) => !unanswered.has(`${problem} ${sample}`))
    .map(({ problem: id, sample }) => {
      const problem = problems.get(id);
      const completion = completions.get(`${id} ${sample}`);
      if (!problem || !completion)
        throw new Error(`the manifest names ${id}, which its request does not hold`);
      return scoreCompletion(problem, completion, request.graders);
    });
  const policy = parts.every(({ header }) => header.policy === 'verified') ? 'verified' : 'claimed';
  return {
    kind: 'scored',
    policy,
    items: scored,
    ...(open.length > 0 && { unanswered: open }),
  };
}
