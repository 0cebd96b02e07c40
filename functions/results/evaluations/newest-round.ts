import { KnownError } from '#shared/errors.ts';
import type { EvaluationRequest, GraderName, RoundManifest } from '#shared/records/evaluations.ts';
import { keys, type RoundRef } from '#shared/storage/keys.ts';
import { latestRound } from '#shared/storage/latest-round.ts';
import { record } from '#shared/storage/records.ts';
import { findHeld } from '../held.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { headlineGrader } from './headline-score.ts';
import { unknownEvaluation } from './read-evaluation.ts';

/** An evaluation's newest round, as far as it is planned. */
export interface NewestRound {
  readonly ref: RoundRef;
  readonly request: EvaluationRequest;
  /** `undefined` before the round is planned. */
  readonly manifest: RoundManifest | undefined;
}

/** @throws {KnownError} `evaluation-unknown` */
export async function newestRound(
  evaluation: string,
  { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<NewestRound> {
  const ref = await newestRef(evaluation, { lists });
  const request = ref && (await findHeld(store, record.evaluationRequest(evaluation)));
  if (!ref || !request) throw unknownEvaluation(evaluation);
  return { ref, request, manifest: await findHeld(store, record.roundManifest(ref)) };
}

/** Which round is the newest, without reading any; `undefined` where the evaluation is not there, or was removed. */
export async function newestRef(
  evaluation: string,
  { lists }: Pick<ResultsPorts, 'lists'>,
): Promise<RoundRef | undefined> {
  const planned = await lists.list(keys.prefix.rounds(evaluation), { delimiter: '/' }); // as `latestRound` asks
  const isThere =
    planned.length > 0 || (await lists.list(keys.prefix.evaluation(evaluation), { limit: 1 })).length > 0;
  return isThere ? { evaluation, round: await latestRound(evaluation, lists) } : undefined;
}

/** The grader that was asked for, else the one that counts where nobody says. @throws {KnownError} `grader-unknown` */
export function graderOf(wanted: GraderName | undefined, { graders }: EvaluationRequest): GraderName {
  const names = graders.map(({ name }) => name);
  const chosen = wanted ?? headlineGrader(names);
  const known = names.find((name) => name === chosen);
  if (known !== undefined) return known;
  const message = `The evaluation has no verdicts of ${chosen}. It was graded by ${names.join(', ')}.`;
  throw new KnownError('grader-unknown', message);
}
