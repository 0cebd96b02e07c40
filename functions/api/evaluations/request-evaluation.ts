import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys, type RoundRef } from '#shared/storage/keys.ts';
import { latestRound } from '#shared/storage/latest-round.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { forgetRounds } from '../../results/evaluations/forget-rounds.ts';
import { askForRound } from '../../round/ask-for-round.ts';
import type { ApiPorts } from '../api-ports.ts';
import { checkRequest } from './check-request.ts';
import type { EvaluationBody } from './evaluation-body.ts';
import { settleRequest } from './settle-request.ts';

export type AskingPorts = Pick<ApiPorts, 'store' | 'lists' | 'send' | 'clock' | 'benchmark' | 'host'>;

/**
 * Asks for an evaluation: the same one twice is the same evaluation, whoever asks and however often. One that is not
 * over is sent to plan again, in case a message was lost.
 *
 * @returns its id, and whether nobody had asked for it before
 * @throws {KnownError} as `settleRequest` and `checkRequest` do; then nothing is stored
 */
export async function requestEvaluation(
  body: EvaluationBody,
  ports: AskingPorts,
): Promise<{ readonly evaluation: string; readonly created: boolean }> {
  const { store, lists } = ports;
  const request = await settleRequest(body, ports);
  const evaluation = evaluationId(request);
  if (!(await store.get(keys.evaluationRequest(evaluation))))
    await checkRequest(request, body.maxCostUsd, ports);
  const created = (await put(store, record.evaluationRequest(evaluation), request)) === 'created';
  const ref = { evaluation, round: created ? 0 : await latestRound(evaluation, lists) };
  if (created || !(await isOver(ref, ports))) await askForListedRound(ref, body.maxCostUsd, ports);
  return { evaluation, created };
}

/** Asks for a round, which the next look at the evaluation then sees. @throws {KnownError} `rounds-exhausted` */
export async function askForListedRound(
  ref: RoundRef,
  maxCostUsd: number | undefined,
  ports: AskingPorts,
): Promise<void> {
  await askForRound(ref, maxCostUsd, ports).finally(() => forgetRounds(ref.evaluation, ports.lists));
}

async function isOver(ref: RoundRef, { store }: AskingPorts): Promise<boolean> {
  const [summary, refused] = await Promise.all([store.get(keys.summary(ref)), store.get(keys.refused(ref))]);
  return summary !== undefined || refused !== undefined;
}
