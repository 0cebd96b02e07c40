import { expectedTokens } from '#shared/benchmarks/registry.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { GenerationSpec } from '#shared/records/evaluations.ts';
import type { TurnTelemetry } from '#shared/records/telemetry.ts';
import { readProblems } from '#shared/storage/problem-sets.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { type Capacity, workOf } from '../../admission/admissible.ts';
import { type DecoderLoad, decoderLoad } from '../../admission/decoder-shape.ts';
import { billedUsd } from '../../admission/lambda-cost.ts';
import { newestScores } from '../evaluations/newest-scores.ts';
import { findRequest } from '../evaluations/read-evaluation.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { type DeliveredShard, shardTelemetry } from '../shard-telemetry.ts';

/** What completions would take. */
export interface Cost {
  readonly tokens: number;
  /** By what the host asks for tokens of such a model; 0 where its time is free. */
  readonly usd: number;
}

/** What Lambda bills of an evaluation so far: messages of shards, failed and repeated ones included, of all rounds. */
export interface Bill {
  /** By stage, starts of environments included. */
  readonly seconds: Readonly<Record<Stage, number>>;
  readonly gigabyteSeconds: number;
  readonly usd: number;
  readonly deliveries: number;
  /** Whose time nobody bills, or was not recorded: by workers of this machine, by containers, or before bills were recorded. */
  readonly unbilled: number;
}

type Stage = 'generate' | 'verify';

/** What an evaluation was thought to take before it began, and what it took. */
export interface EvaluationCost {
  readonly completions: number;
  /** As plan predicts it, before what other evaluations have is taken over. */
  readonly predicted: Cost;
  readonly actual: {
    /** `null` before there are scores. */
    readonly tokens: number | null;
    readonly billed: Bill;
  };
  /** Of workers so far, repeated deliveries included, by stage. */
  readonly seconds: Readonly<Record<Stage, number>>;
  /** Of turns of shards, by what took them; see `TurnTelemetry`. */
  readonly turns: TurnTotals;
}

/** Of all turns of shards together; `peakBytes` of the worker that took most. */
export interface TurnTotals extends Pick<TurnTelemetry, 'caches' | 'seconds' | 'peakBytes' | 'tokens'> {
  readonly turns: number;
  readonly handedOver: number;
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
  const delivered = await shardTelemetry(evaluation, ports);
  return {
    completions: sum(work.map(({ completions }) => completions)),
    predicted: costOf(sum(work.map(({ completions, tokensEach }) => completions * tokensEach))),
    actual: { tokens: (await madeTokens(evaluation, ports)) ?? null, billed: billOf(delivered) },
    seconds: byStage(delivered, ({ seconds }) => seconds),
    turns: turnTotals(delivered.flatMap(({ turn }) => turn ?? [])),
  };
}

function byStage(
  delivered: readonly DeliveredShard[],
  secondsOf: (each: DeliveredShard) => number,
): Record<Stage, number> {
  const of = (stage: DeliveredShard['type']) =>
    sum(delivered.filter(({ type }) => type === stage).map(secondsOf));
  return { generate: of('generate-shard'), verify: of('verify-shard') };
}

function billOf(delivered: readonly DeliveredShard[]): Bill {
  const bills = delivered.flatMap(({ billed }) => billed ?? []);
  return {
    seconds: byStage(delivered, ({ billed }) => (billed ? billed.seconds + billed.initSeconds : 0)),
    gigabyteSeconds: sum(
      bills.map(({ seconds, initSeconds, memoryMib }) => ((seconds + initSeconds) * memoryMib) / 1024),
    ),
    usd: sum(bills.map(billedUsd)),
    deliveries: bills.length,
    unbilled: delivered.length - bills.length,
  };
}

function turnTotals(turns: readonly TurnTelemetry[]): TurnTotals {
  return {
    turns: turns.length,
    handedOver: sum(turns.map(({ handedOver }) => handedOver)),
    tokens: addedUp(
      { ended: 0, gained: 0, again: 0 },
      turns.map(({ tokens }) => tokens),
    ),
    caches: addedUp(
      { stored: 0, late: 0, refused: 0, read: 0, lost: 0 },
      turns.map(({ caches }) => caches),
    ),
    seconds: addedUp(
      {},
      turns.map(({ seconds }) => seconds),
    ),
    peakBytes: Math.max(0, ...turns.map(({ peakBytes }) => peakBytes)),
  };
}

/** By name. */
function addedUp<T extends Readonly<Record<string, number>>>(none: T, all: readonly T[]): T {
  const total: Record<string, number> = { ...none };
  for (const each of all)
    for (const [name, value] of Object.entries(each)) total[name] = (total[name] ?? 0) + value;
  return total as T; // has all its names
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
