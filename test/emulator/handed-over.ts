/** Evaluations by deployed functions whose time is short, held against the local runner. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from '#cli/evaluate/evaluate.ts';
import { storeBenchmarks } from '#cli/push/store-benchmarks.ts';
import { storeModel } from '#cli/push/store-model.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Completion, EvaluationRequest } from '#shared/records/evaluations.ts';
import type { TurnTelemetry } from '#shared/records/telemetry.ts';
import { type Part, readPart } from '#shared/storage/completion-part.ts';
import { generationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { indexProblemSet } from '#shared/storage/problem-set-index.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { DeployedPlane } from './deployed-plane.ts';

const SETS = ['micro-aime24'];

export interface Asked {
  /** A model folder. */
  readonly folder: string;
  /** Of the set of problems, eight completions each. */
  readonly problems: number;
  readonly maxTokens: number;
  readonly timeoutMs: number;
}

/** What an evaluation came to. */
export interface Scored {
  /** In the order of their items. */
  readonly completions: readonly Completion[];
  readonly summary: Uint8Array | undefined;
}

export interface Deployed extends Scored {
  readonly request: EvaluationRequest;
  readonly parts: readonly Part[];
  readonly turns: readonly TurnTelemetry[];
  readonly seconds: number;
}

/** Evaluates a folder in int8 by deployed functions. */
export async function scoredByFunctions(plane: DeployedPlane, asked: Asked): Promise<Deployed> {
  const { store } = plane.workspace;
  const { folder, problems, maxTokens, timeoutMs } = asked;
  const model = await storeModel(store, folder);
  for (const { name, digest } of await storeBenchmarks(store, SETS, process.env))
    await indexProblemSet(store, name, digest, Date.now());
  const start = performance.now();
  const body = { model, benchmarks: SETS, limit: problems, maxTokens, precision: 'int8' };
  const evaluation = await plane.evaluate(body);
  const { status } = await plane.follow(evaluation, timeoutMs);
  if (status !== 'done') throw new Error(`the evaluation ended as ${status}`);
  const seconds = (performance.now() - start) / 1000;
  const request = await read(store, record.evaluationRequest(evaluation));
  const parts = await partsOf(store, request);
  const summary = await store.get(keys.summary({ evaluation, round: 0 }));
  const turns = await turnsOf(store, evaluation);
  return { request, parts, turns, seconds, completions: completionsOf(parts), summary };
}

/** The same request in a workspace of this machine, from the same folder and what lies beside its weights. */
export async function scoredHere(request: EvaluationRequest, folder: string): Promise<Scored> {
  const home = await mkdtemp(join(tmpdir(), 'oneshot-local-'));
  const workspace = openWorkspace(home);
  try {
    const model = await storeModel(workspace.store, folder);
    await cp(folder, join(workspace.cache, model), { recursive: true });
    await storeBenchmarks(workspace.store, SETS, process.env);
    const quiet = { onProgress: () => {}, onTakenOver: () => {}, onProblem: () => {} };
    const settings = { workers: 1, threads: 2, ...quiet };
    const { evaluation } = await evaluate({ ...workspace, remote: false }, request, settings);
    return {
      completions: completionsOf(await partsOf(workspace.store, request)),
      summary: await workspace.store.get(keys.summary({ evaluation, round: 0 })),
    };
  } finally {
    workspace.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** What the turns came to. */
export function turnsText({ parts, turns, seconds }: Deployed): string {
  const of = (kind: string) => `${kind} ${sum(turns.map((turn) => turn.seconds[kind] ?? 0)).toFixed(1)}`;
  const kinds = ['fetch', 'round', 'open', 'prompts', 'steps', 'store'].map(of).join(', ');
  const each = turns.map(({ caches, tokens, handedOver, seconds: { load, make, store } }) => ({
    ...{ handedOver, ...tokens, ...caches, load, make, store },
  }));
  const peak = Math.max(...turns.map(({ peakBytes }) => peakBytes)) / 1e6;
  return `${seconds.toFixed(0)} s; ${handOvers(parts)}; seconds of workers: ${kinds}; ${peak.toFixed(0)} MB at most\n${each.map((turn) => JSON.stringify(turn)).join('\n')}`;
}

/** Completions that were handed over, and what went with them. */
function handOvers(parts: readonly Part[]): string {
  const open = parts.flatMap((part) => part.open);
  const tokens = sum(open.map(({ begun }) => begun.length));
  const caches = open.filter(({ cache }) => cache !== undefined).length;
  return `${parts.length} parts, ${open.length} completions of ${tokens} tokens handed over, ${caches} with keys and values`;
}

async function partsOf(store: ObjectStore, { generation }: EvaluationRequest): Promise<readonly Part[]> {
  const found = await store.list(keys.prefix.allParts(generationId(generation)));
  return Promise.all(found.map((key) => readPart(store, key)));
}

async function turnsOf(store: ObjectStore, evaluation: string): Promise<readonly TurnTelemetry[]> {
  const found = await store.list(keys.prefix.shardTelemetry(evaluation));
  const delivered = await Promise.all(found.map((key) => read(store, record.shardTelemetry.at(key))));
  return delivered.flatMap(({ turn }) => turn ?? []);
}

function completionsOf(parts: readonly Part[]): readonly Completion[] {
  const nameOf = ({ problem, sample }: Completion) => `${problem} ${sample}`;
  const all = parts.flatMap(({ completions }) => completions);
  return all.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}
