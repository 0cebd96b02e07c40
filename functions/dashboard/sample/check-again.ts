import { verifyOptionsOf } from '#shared/benchmarks/verify-options.ts';
import type { Grader, GraderName } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import type { ExplainedProbe, Verification } from '#shared/verifier/verification.ts';
import { explain, verify } from '#shared/verifier/verify.ts';
import type { SampleDetail } from '../../results/evaluations/sample-view.ts';

/** What the verifier of this server concludes now, beside what is stored. */
export interface Check extends Verification {
  readonly grader: GraderName;
  /** Of the verifier whose verdict is stored. */
  readonly version: string;
  /** Whether it is the verdict that is stored. */
  readonly same: boolean;
  /** How gold and answer were read; of graders that read values as ours do. */
  readonly readings: { readonly gold: readonly string[]; readonly answer: readonly string[] } | null;
  /** The point at which the two were told apart, where one was needed. */
  readonly probe: ExplainedProbe | null;
}

/** Those that turn texts into values, which can be shown. */
const READING: ReadonlySet<GraderName> = new Set(['reward', 'benchmark']);

/** Judges a completion once more by each grader; the work is bounded as that of every verdict is. Pure. */
export function checkAgain(
  { completion, verdicts }: Pick<SampleDetail, 'completion' | 'verdicts'>,
  problem: Problem,
  graders: readonly Grader[],
): readonly Check[] {
  const input = { gold: problem.answer, completion, options: verifyOptionsOf(problem) };
  return graders.map(({ name, version }) => {
    const stored = verdicts.find(({ grader }) => grader === name);
    if (!READING.has(name)) {
      const now = verify({ ...input, mode: name });
      const same = now.verdict === stored?.verdict;
      return { ...now, grader: name, version, same, readings: null, probe: null };
    }
    const { golds, answer, probe, ...now } = explain({ ...input, mode: name });
    const readings = { gold: golds.flatMap((gold) => gold.readings), answer: answer?.readings ?? [] };
    return { ...now, grader: name, version, same: now.verdict === stored?.verdict, readings, probe };
  });
}
