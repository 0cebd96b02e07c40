import { KnownError } from '#shared/errors.ts';
import type { GraderName } from '#shared/records/evaluations.ts';
import { readProblemsById } from '#shared/storage/problem-sets.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { evaluationEntry } from './evaluation-entry.ts';
import type { JudgedSample } from './judged-shards.ts';
import { newestRound } from './newest-round.ts';
import { notesOf } from './notes.ts';
import { askedOf, judgedBy, type SampleDetail } from './sample-view.ts';
import { samplesOfProblem } from './samples-of-problem.ts';

/**
 * One completion of an evaluation's newest round, with the verdicts of all graders and the other samples of its problem.
 *
 * @throws {KnownError} `evaluation-unknown`, `sample-unknown`
 */
export async function readSample(
  evaluation: string,
  problem: string,
  sample: number,
  ports: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<SampleDetail> {
  const round = await newestRound(evaluation, ports);
  const { ref, request } = round;
  const siblings = await samplesOfProblem(round, problem, ports.store);
  const item = siblings.find((each) => each.sample === sample);
  if (!item) {
    const there = siblings.map((each) => each.sample).join(', ') || 'none';
    const message = `Evaluation ${evaluation} has no scored sample ${sample} of ${problem}. Of this problem it has: ${there}.`;
    throw new KnownError('sample-unknown', message);
  }
  const verdictsOf = (each: JudgedSample) =>
    request.graders.map(({ name }: { readonly name: GraderName }) => judgedBy(name, each));
  const entry = await evaluationEntry(evaluation, ports);
  return {
    ...{ ...ref, model: request.generation.model, checkpoint: entry?.checkpoint ?? null },
    ...askedOf(item, (await readProblemsById(ports.store, request)).get(problem)),
    ...{ boxed: item.boxed, reflection: item.reflection, verdicts: verdictsOf(item) },
    siblings: siblings.map((each) => ({
      ...{ sample: each.sample, tokens: each.tokens, verdicts: verdictsOf(each) },
    })),
    notes: (await notesOf(evaluation, ports)).filter(
      (note) => note.problem === problem && note.sample === sample,
    ),
  };
}
