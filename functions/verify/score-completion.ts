import { verifyOptionsOf } from '#shared/benchmarks/verify-options.ts';
import type { Completion, Grader, ScoredItem } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { verifyModes } from '#shared/verifier/verify.ts';

/** The words whose frequency the paper reports as self-reflection. */
const REFLECTION = ['rethink', 'recheck', 'recalculate'];

/** One verdict per grader, and what else summaries count of a completion. Pure. */
export function scoreCompletion(
  problem: Problem,
  completion: Completion,
  graders: readonly Grader[],
): ScoredItem {
  const text = completion.text.toLowerCase();
  const judged = verifyModes({
    gold: problem.answer,
    completion: completion.text,
    modes: graders.map(({ name }) => name),
    options: verifyOptionsOf(problem),
  });
  const verdicts = graders.map(({ name }) => {
    const { verdict, reason, extracted } = judged[name];
    return [name, { verdict, reason, ...(extracted === null ? {} : { extracted }) }] as const;
  });
  return {
    problem: problem.id,
    ...(problem.subject === undefined ? {} : { subject: problem.subject }),
    ...(problem.level === undefined ? {} : { level: problem.level }),
    sample: completion.sample,
    tokens: completion.tokens,
    truncated: completion.finish === 'length',
    boxed: completion.text.includes('\\boxed{'),
    reflection: REFLECTION.filter((word) => text.includes(word)),
    verdicts: Object.fromEntries(verdicts),
  };
}
