import type { EvaluationView } from './evaluation-view.ts';
import { forgetRounds } from './forget-rounds.ts';
import { type ReadingPorts, readEvaluation } from './read-evaluation.ts';

const POLL_MS = 1000;

/** What an event of an evaluation says. */
export type Progress = Pick<EvaluationView, 'evaluation' | 'round' | 'status' | 'over' | 'coverage'>;

/** Names how far an evaluation has come: equal where nothing has changed. */
export function progressId({ round, status, coverage }: Progress): string {
  return `${round}.${status}.${coverage?.done ?? ''}`;
}

/**
 * How an evaluation comes along: now, and whenever something has changed, until its round is over.
 *
 * @param wait - resolves after so many milliseconds, with `false` when nobody listens any more
 * @param seen - what the listener was told last, by its id
 * @throws {KnownError} `evaluation-unknown`
 */
export async function* followProgress(
  evaluation: string,
  ports: ReadingPorts,
  wait: (ms: number) => Promise<boolean>,
  seen = '',
): AsyncGenerator<Progress> {
  let last = seen;
  do {
    forgetRounds(evaluation, ports.lists); // who follows wants to see each shard end, not every fifth second
    const { round, status, over, coverage } = await readEvaluation(evaluation, ports);
    const progress = { evaluation, round, status, over, coverage };
    const id = progressId(progress);
    if (id !== last) yield progress;
    last = id;
    if (over) return;
  } while (await wait(POLL_MS));
}
