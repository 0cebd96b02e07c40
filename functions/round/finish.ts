/**
 * How the shards of a round end, and the round with the last of them.
 *
 * `finish.ts` writes the summary once every shard has an outcome. `fail-shard.ts` ends a shard with a failure and
 * `end-if-cancelled.ts` one whose round was cancelled; both then finish. `asked-item.ts` looks up what a request says of an
 * item of its manifest. Any stage may end a shard, so this room lies below all of them.
 */
import { inParallel } from '#shared/in-parallel.ts';
import { summarize } from '#shared/metrics/summarize.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys, parseOutcome, type RoundRef } from '#shared/storage/keys.ts';
import { outcomeOf } from '#shared/storage/outcome-of.ts';
import { put } from '#shared/storage/put.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { readRemembered } from '#shared/storage/remembered.ts';

/** Outcomes under way at a time: a round may have thousands, and a process may open fewer files. */
const READS = 32;

/**
 * Writes the summary of a round if its outcomes cover its manifest; there is no coordinator. Call it after every
 * attempt to put an outcome, on `created` and `exists` alike: the LIST below starts after that put, so the worker
 * whose put came last sees all outcomes. Acknowledge the message only afterwards.
 */
export async function finish({ evaluation, round }: RoundRef, store: ObjectStore): Promise<void> {
  const ref = { evaluation, round };
  const manifest = await readRemembered(store, record.roundManifest(ref));
  const present = new Set((await store.list(keys.prefix.outcomes(ref))).map(parseOutcome));
  if (!manifest.shards.every(({ shard, from }) => from !== undefined || present.has(shard))) return;
  if (!(await store.get(keys.summary(ref)))) {
    const request = await readRemembered(store, record.evaluationRequest(evaluation));
    const scored = await inParallel(
      manifest.shards,
      READS,
      async (shard) => [shard.shard, await read(store, outcomeOf(ref, shard))] as const,
    );
    const outcomes = new Map(scored);
    await put(store, record.summary(ref), summarize({ ...ref, request, manifest, outcomes }));
  }
  await store.delete(keys.pendingEvaluation(ref));
}
