import { expectedTokens } from '#shared/benchmarks/registry.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { GenerationSpec } from '#shared/records/evaluations.ts';
import { readProblems } from '#shared/storage/problem-sets.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { type Capacity, workOf } from '../../admission/admissible.ts';
import { type DecoderLoad, decoderLoad } from '../../admission/decoder-shape.ts';
import { newestScores } from '../evaluations/newest-scores.ts';
import { findRequest } from '../evaluations/read-evaluation.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { shardTelemetry } from '../shard-telemetry.ts';

/** What completions take. */
export interface Cost {
  readonly tokens: number;
  /** By what the host asks for tokens of such a model; 0 where its time is free. */
  readonly usd: number;
}

/** What an evaluation was thought to take before it began, and what it took. */
export interface EvaluationCost {
  readonly completions: number;
  /** As plan predicts it, before what other evaluations have is taken over. */
  readonly predicted: Cost;
  /** `null` before there are scores. */
  readonly actual: Cost | null;
  /** Of workers so far, repeated deliveries included, by stage. */
  readonly seconds: { readonly generate: number; readonly verify: number };
}

export interface CostPorts extends Pick<ResultsPorts, 'store' | 'lists'> {
  readonly costUsd: Capacity['costUsd'];
}

/** @throws {KnownError} `evaluation-unknown`, `problem-set-missing`, `problem-set-invalid` */
export async function evaluationCost(evaluation: string, ports: CostPorts): Promise<EvaluationCost> {
  const { store, costUsd } = ports;
  const request = await findRequest(store, evaluation);
  const work = workOf(request.generation, await readProblems(store, request), expectedTokens);
  const load = await loadOf(request.generation, store);
  const costOf = (tokens: number): Cost => ({ tokens, usd: costUsd(tokens, load) });
  const made = await madeTokens(evaluation, ports);
  const handled = await shardTelemetry(evaluation, ports);
  const seconds = (stage: string) =>
    sum(handled.filter(({ type }) => type === stage).map((each) => each.seconds));
  return {
    completions: sum(work.map(({ completions }) => completions)),
    predicted: costOf(sum(work.map(({ completions, tokensEach }) => completions * tokensEach))),
    actual: made === undefined ? null : costOf(made),
    seconds: { generate: seconds('generate-shard'), verify: seconds('verify-shard') },
  };
}

async function loadOf(
  generation: GenerationSpec,
  store: ResultsPorts['store'],
): Promise<DecoderLoad | undefined> {
  if (generation.generator.kind === 'recorded') return undefined;
  const manifest = await find(store, record.model(generation.model));
  return manifest && decoderLoad(generation, manifest, store);
}

/** Of all completions that have scores. */
async function madeTokens(evaluation: string, ports: CostPorts): Promise<number | undefined> {
  const summary = await newestScores(evaluation, ports);
  const [judged] = Object.values(summary?.graders ?? {}); // all graders judge the same
  return (
    judged && sum(judged.benchmarks.map(({ completions, meanTokens }) => completions * (meanTokens ?? 0)))
  );
}
