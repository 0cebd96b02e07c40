import { z } from '@hono/zod-openapi';
import { KnownError } from '#shared/errors.ts';
import { isWhole } from '#shared/metrics/is-whole.ts';
import type { EvaluationView } from '../../results/evaluations/evaluation-view.ts';
import { forgetRounds } from '../../results/evaluations/forget-rounds.ts';
import { type ReadingPorts, readEvaluation } from '../../results/evaluations/read-evaluation.ts';
import { type AskingPorts, askForListedRound } from './request-evaluation.ts';

export const RetryBody = z
  .strictObject({
    maxCostUsd: z.number().nonnegative().max(1e6).optional().meta({ description: 'Of the next round.' }),
  })
  .openapi('RetryBody');

/**
 * Asks for the next round of an evaluation: what succeeded counts by reference, only failed shards run again. Two
 * retries at once ask for the same round.
 *
 * @throws {KnownError} `evaluation-unknown`, `round-running`, `nothing-failed`, `rounds-exhausted`
 */
export async function retryEvaluation(
  evaluation: string,
  maxCostUsd: number | undefined,
  ports: AskingPorts & ReadingPorts,
): Promise<EvaluationView> {
  forgetRounds(evaluation, ports.lists); // another process may have begun one
  const view = await readEvaluation(evaluation, ports);
  assertRetriable(view);
  await askForListedRound({ evaluation, round: view.round + 1 }, maxCostUsd, ports);
  return readEvaluation(evaluation, ports);
}

function assertRetriable({ evaluation, round, over, status, summary }: EvaluationView): void {
  if (!over) {
    throw new KnownError(
      'round-running',
      `Round ${round} of evaluation ${evaluation} is ${status} and not over. Retry when it is, or cancel it first.`,
    );
  }
  if (summary && isWhole(summary)) {
    const message = `No shard of round ${round} of evaluation ${evaluation} failed: there is nothing to retry.`;
    throw new KnownError('nothing-failed', message);
  }
}
