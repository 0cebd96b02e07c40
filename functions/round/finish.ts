/**
 * How the shards of a round end, and the round with the last of them.
 *
 * `finish.ts` writes the summary once every shard has an outcome. `fail-shard.ts` ends a shard with a failure and
 * `end-if-cancelled.ts` one whose round was cancelled; both then finish. `asked-item.ts` looks up what a request says of an
 * item of its manifest. Any stage may end a shard, so this room lies below all of them.
 */
import { inParallel } from '#shared/in-parallel.ts';
import { EvaluationRequest, Outcome, RoundManifest } from '#shared/messages.ts';
import { summarize } from '#shared/metrics/summarize.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys, parseOutcome, type RoundRef } from '#shared/storage/keys.ts';
import { outcomeKey } from '#shared/storage/outcome-key.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { readObject } from '#shared/storage/read-object.ts';
import { rememberedObject } from '#shared/storage/remembered.ts';

/** Outcomes under way at a time: a round may have thousands, and a process may open fewer files. */
const READS = 32;

/**
 * Writes the summary of a round if its outcomes cover its manifest; there is no coordinator. Call it after every
 * attempt to put an outcome, on `created` and `exists` alike: the LIST below starts after that put, so the worker
 * whose put came last sees all outcomes. Acknowledge the message only afterwards.
 */
export async function finish({ evaluation, round }: RoundRef, store: ObjectStore): Promise<void> {
  const ref = { evaluation, round };
  const manifest = await rememberedObject(store, keys.roundManifest(ref), RoundManifest);
  const present = new Set((await store.list(keys.outcomes(ref))).map(parseOutcome));
  if (!manifest.shards.every(({ shard, from }) => from !== undefined || present.has(shard))) return;
  if (!(await store.get(keys.summary(ref)))) {
    const request = await rememberedObject(store, keys.evaluationRequest(evaluation), EvaluationRequest);
    const read = await inParallel(
      manifest.shards,
      READS,
      async (shard) => [shard.shard, await readObject(store, outcomeKey(ref, shard), Outcome)] as const,
    );
    const outcomes = new Map(read);
    await putObject(store, keys.summary(ref), summarize({ ...ref, request, manifest, outcomes }));
  }
  await store.delete(keys.pendingEvaluation(ref));
}
