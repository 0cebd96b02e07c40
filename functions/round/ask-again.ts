import { isWhole } from '#shared/metrics/is-whole.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import type { Summary } from '#shared/records/summary.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys, type RoundRef } from '#shared/storage/keys.ts';
import { latestRound } from '#shared/storage/latest-round.ts';
import { put } from '#shared/storage/put.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { type AskingPorts, askForRound } from './ask-for-round.ts';

/** A round of an evaluation, with its summary where nothing is left to do. */
export interface AskedRound {
  readonly ref: RoundRef;
  readonly summary: Summary | undefined;
}

/**
 * Asks for whatever an evaluation lacks: nothing where its newest round is over and whole; that round again where it is
 * not over, in case a message was lost; the next one where it was refused or some of its shards failed, of which only
 * those run again.
 *
 * @throws {KnownError} `rounds-exhausted`
 */
export async function askAgain(request: EvaluationRequest, ports: AskingPorts): Promise<AskedRound> {
  const { store } = ports;
  const evaluation = evaluationId(request);
  await put(store, record.evaluationRequest(evaluation), request);
  const newest = { evaluation, round: await latestRound(evaluation, store) };
  const summary = await find(store, record.summary(newest));
  if (summary && isWhole(summary)) return { ref: newest, summary };
  const isOver = summary !== undefined || (await store.get(keys.refused(newest))) !== undefined;
  const ref = isOver ? { evaluation, round: newest.round + 1 } : newest;
  await askForRound(ref, undefined, ports);
  return { ref, summary: undefined };
}
