import type { CorpusCase } from '#scripts/verifier-score/corpus.ts';
import { judgeCase } from '#scripts/verifier-score/judge-case.ts';
import type { Verifier } from '#shared/verifier/verification.ts';

/** What it took to grade some cases once. */
export interface Pass {
  readonly pairs: number;
  readonly cpuSeconds: number;
  /** Verdicts that equal their labels, of `labelled` cases. */
  readonly right: number;
  readonly labelled: number;
}

/**
 * Grades every case as often as fills a pass, each time with a verifier that knows no gold yet: within one round its
 * cache helps as it does in training, where many completions share a gold, but what an earlier round left does not.
 * CPU time counts that of the garbage collector and the compiler, whose threads run beside.
 *
 * @param shortestSeconds - how long it goes on, in CPU time
 */
export function timedPass(
  cases: readonly CorpusCase[],
  newVerifier: () => Verifier,
  shortestSeconds: number,
): Pass {
  let right = 0;
  let rounds = 0;
  const start = process.cpuUsage();
  let seconds = 0;
  while (seconds < shortestSeconds) {
    right = countRight(cases, newVerifier());
    rounds += 1;
    const { user, system } = process.cpuUsage(start);
    seconds = (user + system) / 1e6;
  }
  const labelled = cases.filter(({ ours }) => ours !== null).length;
  return { pairs: cases.length, cpuSeconds: seconds / rounds, right, labelled };
}

function countRight(cases: readonly CorpusCase[], verifier: Verifier): number {
  let right = 0;
  for (const each of cases) {
    const correct = judgeCase(each, verifier).verdict === 'correct';
    if (correct === each.ours) right += 1;
  }
  return right;
}

/** Of several passes over one file. */
export function sum(passes: readonly Pass[]): Pass {
  const total = (of: (pass: Pass) => number) => passes.reduce((before, pass) => before + of(pass), 0);
  return {
    pairs: total(({ pairs }) => pairs),
    cpuSeconds: total(({ cpuSeconds }) => cpuSeconds),
    right: total(({ right }) => right),
    labelled: total(({ labelled }) => labelled),
  };
}
