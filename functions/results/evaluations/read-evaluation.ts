import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest, RoundManifest } from '#shared/records/evaluations.ts';
import type { Summary } from '#shared/records/summary.ts';
import { keys, parseOutcome, type RoundRef } from '#shared/storage/keys.ts';
import { latestRound } from '#shared/storage/latest-round.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { findHeld } from '../held.ts';
import type { Memory } from '../memory.ts';
import type { ResultsPorts } from '../results-ports.ts';
import type { EvaluationStatus, EvaluationView } from './evaluation-view.ts';

export type ReadingPorts = ResultsPorts & {
  /** By evaluation, the newest round as it stood when it was over. */
  readonly finished: Memory<EvaluationView>;
};

/** The request of an evaluation. @throws {KnownError} `evaluation-unknown` */
export async function findRequest(store: ObjectStore, evaluation: string): Promise<EvaluationRequest> {
  const request = await find(store, record.evaluationRequest(evaluation));
  if (request) return request;
  throw unknownEvaluation(evaluation);
}

export function unknownEvaluation(evaluation: string): KnownError {
  return new KnownError(
    'evaluation-unknown',
    `There is no evaluation ${evaluation}. \`oneshot evaluations\`, or GET /v1/evaluations, lists those there are.`,
  );
}

/**
 * How an evaluation stands. Where all outcomes of a round are there but its summary is not, the last worker may have
 * died in between: its verify message is sent again, which is harmless where it lives.
 *
 * @throws {KnownError} `evaluation-unknown`
 */
export async function readEvaluation(evaluation: string, ports: ReadingPorts): Promise<EvaluationView> {
  const known = ports.finished.get(evaluation);
  if (known && known.round === (await latestRound(evaluation, ports.lists))) return known;
  const view = await readNewestRound(evaluation, ports);
  if (view.over) ports.finished.keep(evaluation, view);
  return view;
}

async function readNewestRound(evaluation: string, ports: ReadingPorts): Promise<EvaluationView> {
  const request = await findRequest(ports.store, evaluation);
  const ref = { evaluation, round: await latestRound(evaluation, ports.lists) };
  const { generation, problemSets, graders } = request;
  return {
    ...ref,
    model: generation.model,
    generator: generation.generator,
    benchmarks: generation.sets.map(({ benchmark, samples }) => ({
      benchmark,
      problemSet: problemSets[benchmark]?.digest ?? null,
      samples,
    })),
    graders: graders.map(({ name }) => name),
    ...(await readRound(ref, ports)),
  };
}

/**
 * As `readEvaluation`, of how its newest round stands alone: where that is over, its request need not be read.
 *
 * @throws {KnownError} `evaluation-unknown`
 */
export async function readNewestState(evaluation: string, ports: ReadingPorts): Promise<RoundState> {
  const state = await readRound({ evaluation, round: await latestRound(evaluation, ports.lists) }, ports);
  if (!state.over) await findRequest(ports.store, evaluation);
  return state;
}

export type RoundState = Pick<EvaluationView, 'status' | 'over' | 'coverage' | 'refused' | 'summary'>;

/** How a round stands. */
export async function readRound(ref: RoundRef, ports: Omit<ReadingPorts, 'finished'>): Promise<RoundState> {
  const { store } = ports;
  // Before the others: of a round that is over the manifest, which names every completion, is not worth reading.
  const summary = await findHeld(store, record.summary(ref));
  if (summary) return summarized(summary);
  const [refused, manifest, marker] = await Promise.all([
    findHeld(store, record.refused(ref)),
    findHeld(store, record.roundManifest(ref)),
    store.get(keys.cancelled(ref)),
  ]);
  if (refused) {
    const { code, detail } = refused;
    return { status: 'refused', over: true, coverage: null, refused: { code, detail }, summary: null };
  }
  const open = (status: EvaluationStatus): EvaluationStatus => (marker ? 'cancelled' : status);
  const rest = { over: false, refused: null, summary: null };
  if (!manifest) return { ...rest, status: open('planning'), coverage: null };
  const shards = manifest.shards.length;
  const missing = await missingShards(ref, manifest, ports);
  if (missing > 0) return { ...rest, status: open('running'), coverage: { shards, done: shards - missing } };
  const late = await finishCovered(ref, manifest, ports);
  return late ? summarized(late) : { ...rest, status: open('running'), coverage: { shards, done: shards } };
}

function summarized(summary: Summary): RoundState {
  const { shards, failed } = summary.coverage;
  const status = (failed['cancelled'] ?? 0) > 0 ? 'cancelled' : 'done';
  return { status, over: true, coverage: { shards, done: shards }, refused: null, summary };
}

async function missingShards(
  ref: RoundRef,
  { shards }: RoundManifest,
  { lists }: Pick<ReadingPorts, 'lists'>,
): Promise<number> {
  const present = new Set((await lists.list(keys.prefix.outcomes(ref))).map(parseOutcome));
  return shards.filter(({ shard, from }) => from === undefined && !present.has(shard)).length;
}

/** The summary that came meanwhile; where there is none, asks for it. */
async function finishCovered(
  ref: RoundRef,
  { shards }: RoundManifest,
  { store, send }: Pick<ReadingPorts, 'store' | 'send'>,
): Promise<Summary | undefined> {
  const summary = await find(store, record.summary(ref));
  if (!summary) await send({ schemaVersion: 1, type: 'verify-shard', ...ref, shard: shards[0]?.shard ?? 0 });
  return summary;
}
