import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys, type RoundRef } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import type { ApiPorts } from '../api-ports.ts';
import { checkRequest } from './check-request.ts';
import type { EvaluationBody } from './evaluation-body.ts';
import { forgetRounds, latestRound } from './latest-round.ts';
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
  if (created || !(await isOver(ref, ports))) await askForRound(ref, body.maxCostUsd, ports);
  return { evaluation, created };
}

/** Promises a round, so that the sweep finds it whatever happens, and sends it to plan. */
export async function askForRound(
  ref: RoundRef,
  maxCostUsd: number | undefined,
  { store, lists, send, clock }: AskingPorts,
): Promise<void> {
  const limit = maxCostUsd !== undefined && { maxCostUsd };
  await put(store, record.pendingEvaluation(ref), { createdAt: clock.now(), ...limit });
  forgetRounds(ref.evaluation, lists);
  await send({ schemaVersion: 1, type: 'evaluation-requested', ...ref });
}

async function isOver(ref: RoundRef, { store }: AskingPorts): Promise<boolean> {
  const [summary, refused] = await Promise.all([store.get(keys.summary(ref)), store.get(keys.refused(ref))]);
  return summary !== undefined || refused !== undefined;
}
