import { verifyOptionsOf } from '#shared/benchmarks/verify-options.ts';
import { inParallel } from '#shared/in-parallel.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Problem } from '#shared/records/problems.ts';
import { readProblemsById } from '#shared/storage/problem-sets.ts';
import { verify } from '#shared/verifier/verify.ts';
import type { NewestRound } from '../../results/evaluations/newest-round.ts';
import { askedOf, judgedBy, type SampleDetail } from '../../results/evaluations/sample-view.ts';
import { samplesOfProblem } from '../../results/evaluations/samples-of-problem.ts';
import type { DisputedItem } from './disagreements.ts';

/** Samples that are read at a time: each is a shard with its texts. */
const READERS = 8;

/** A disagreement with what was asked and written. */
export interface DrawnSample
  extends Pick<
    SampleDetail,
    | 'evaluation'
    | 'problem'
    | 'sample'
    | 'question'
    | 'gold'
    | 'completion'
    | 'tokens'
    | 'truncated'
    | 'verdicts'
  > {
  /** Where the grader that calls it correct reads the answer now; `null` where it does not any more. */
  readonly span: readonly [start: number, end: number] | null;
}

/** The texts of what was drawn, in its order. */
export async function readDrawn(
  drawn: readonly Pick<DisputedItem, 'evaluation' | 'problem' | 'sample'>[],
  rounds: ReadonlyMap<string, NewestRound>,
  store: ObjectStore,
): Promise<readonly DrawnSample[]> {
  const read = await inParallel(drawn, READERS, async ({ evaluation, problem, sample }) => {
    const round = rounds.get(evaluation);
    const found =
      round && (await samplesOfProblem(round, problem, store)).find((each) => each.sample === sample);
    if (!round || !found) return [];
    const known = (await readProblemsById(store, round.request)).get(problem);
    const asked = askedOf(found, known);
    const { question, gold, completion, tokens, truncated } = asked;
    const verdicts = round.request.graders.map(({ name }) => judgedBy(name, found));
    const span = spanOf({ completion, verdicts }, known);
    return [{ evaluation, problem, sample, question, gold, completion, tokens, truncated, verdicts, span }];
  });
  return read.flat();
}

function spanOf(
  { completion, verdicts }: Pick<DrawnSample, 'completion' | 'verdicts'>,
  problem: Problem | undefined,
): DrawnSample['span'] {
  const mode = verdicts.find(({ verdict }) => verdict === 'correct')?.grader;
  if (!problem || mode === undefined) return null;
  return verify({ gold: problem.answer, completion, mode, options: verifyOptionsOf(problem) }).span;
}
