import { CachedLists } from '#functions/results/cached-lists.ts';
import { evaluationEntry } from '#functions/results/evaluations/evaluation-entry.ts';
import { type JudgedSample, JudgedShards } from '#functions/results/evaluations/judged-shards.ts';
import { newestRound } from '#functions/results/evaluations/newest-round.ts';
import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest, GenerationSet } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import type { Summary } from '#shared/records/summary.ts';
import { readProblems } from '#shared/storage/problem-sets.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

/** A finished evaluation with all that other tools want of it. */
export interface ScoredEvaluation {
  readonly evaluation: string;
  readonly request: EvaluationRequest;
  readonly summary: Summary;
  /** When it was asked for, milliseconds since 1970; 0 where that is not known. */
  readonly createdAt: number;
  readonly checkpoint: { readonly run: string; readonly step: number } | undefined;
  readonly sets: readonly ScoredSet[];
}

export interface ScoredSet extends Omit<GenerationSet, 'problems'> {
  /** In their own order. */
  readonly problems: readonly ScoredProblem[];
}

export interface ScoredProblem extends Problem {
  /** By ascending number, as far as they are scored. */
  readonly samples: readonly JudgedSample[];
}

/**
 * Reads the newest round of an evaluation that is over.
 *
 * @throws {KnownError} `evaluation-unknown`, `evaluation-unfinished`
 */
export async function readScored(evaluation: string, store: ObjectStore): Promise<ScoredEvaluation> {
  const ports = { store, lists: new CachedLists(store, { now: Date.now }) };
  const { ref, request, manifest } = await newestRound(evaluation, ports);
  const summary = await find(store, record.summary(ref));
  if (!manifest || !summary) {
    const message = `The evaluation ${evaluation} has no scores yet. Export it when it is done; \`oneshot evaluations\` says how it stands.`;
    throw new KnownError('evaluation-unfinished', message);
  }
  const shards = await JudgedShards.all(ref, manifest, ports);
  const samples: JudgedSample[] = [];
  for (const shard of manifest.shards) samples.push(...((await shards.read(shard)) ?? []));
  const entry = await evaluationEntry(evaluation, ports);
  return {
    ...{ evaluation, request, summary, createdAt: entry?.createdAt ?? 0, checkpoint: entry?.checkpoint },
    sets: setsOf(request, await readProblems(store, request), samples),
  };
}

function setsOf(
  { generation }: EvaluationRequest,
  problems: ReadonlyMap<string, readonly Problem[]>,
  samples: readonly JudgedSample[],
): readonly ScoredSet[] {
  const byProblem = Map.groupBy(samples, ({ problem }) => problem);
  return generation.sets.map((set) => ({
    ...set,
    problems: (problems.get(set.benchmark) ?? []).map((problem) => ({
      ...problem,
      samples: (byProblem.get(problem.id) ?? []).toSorted((a, b) => a.sample - b.sample),
    })),
  }));
}
