import { KnownError } from '#shared/errors.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import type { EvaluationView } from '../../results/evaluations/evaluation-view.ts';
import { forgetRounds } from '../../results/evaluations/forget-rounds.ts';
import { type ReadingPorts, readEvaluation } from '../../results/evaluations/read-evaluation.ts';

/**
 * Ends the newest round of an evaluation: shards that have not begun fail with the reason `cancelled`, and the summary
 * counts them. Twice is once.
 *
 * @throws {KnownError} `evaluation-unknown`, `round-over`
 */
export async function cancelEvaluation(evaluation: string, ports: ReadingPorts): Promise<EvaluationView> {
  forgetRounds(evaluation, ports.lists); // another process may have begun one
  const view = await readEvaluation(evaluation, ports);
  const ref = { evaluation, round: view.round };
  if (view.over) {
    const message = `Round ${view.round} of evaluation ${evaluation} is over (${view.status}): nothing is left to cancel.`;
    throw new KnownError('round-over', message);
  }
  await put(ports.store, record.cancelled(ref), {});
  return readEvaluation(evaluation, ports);
}
