import type { EvaluationView } from './evaluation-view.ts';
import { type ReadingPorts, readEvaluation } from './read-evaluation.ts';

const POLL_MS = 1000;

/** What an event of an evaluation says. */
export type Progress = Pick<EvaluationView, 'evaluation' | 'round' | 'status' | 'over' | 'coverage'>;

/**
 * How an evaluation comes along: now, and whenever something has changed, until its round is over.
 *
 * @param wait - resolves after so many milliseconds, with `false` when nobody listens any more
 * @throws {KnownError} `evaluation-unknown`
 */
export async function* followProgress(
  evaluation: string,
  ports: ReadingPorts,
  wait: (ms: number) => Promise<boolean>,
): AsyncGenerator<Progress> {
  let last = '';
  do {
    const { round, status, over, coverage } = await readEvaluation(evaluation, ports);
    const progress = { evaluation, round, status, over, coverage };
    if (JSON.stringify(progress) !== last) yield progress;
    last = JSON.stringify(progress);
    if (over) return;
  } while (await wait(POLL_MS));
}
