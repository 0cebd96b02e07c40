import type { Comparison } from '#functions/results/evaluations/comparison-view.ts';
import { points } from '#functions/results/format-score.ts';
import { KnownError } from '#shared/errors.ts';
import type { Policy } from './read-policy.ts';

/** What became of a rule. `cannot-tell`: the interval lies on both sides of what the rule allows. */
export interface RuleResult {
  readonly rule: string;
  readonly outcome: 'pass' | 'fail' | 'cannot-tell';
  /** What was found, as a sentence. */
  readonly found: string;
}

/** What all rules come to: one that fails is enough to fail, one that cannot tell to pass nothing. */
export function outcomeOf(results: readonly RuleResult[]): RuleResult['outcome'] {
  const has = (outcome: RuleResult['outcome']) => results.some((result) => result.outcome === outcome);
  return has('fail') ? 'fail' : has('cannot-tell') ? 'cannot-tell' : 'pass';
}

/**
 * Whether a comparison is as a policy wants it, rule by rule. A rule that asks for a difference passes where all of its
 * 95 % interval is as the rule wants it, and fails where none of it is.
 *
 * @throws {KnownError} `benchmark-unknown` where the policy names one that is not compared
 */
export function judgePolicy(comparison: Comparison, policy: Policy): readonly RuleResult[] {
  const { average, verdict, benchmarks, differences, text } = comparison;
  if (average === null) {
    const blocking = differences.filter(({ severity }) => severity === 'pairs-do-not-match');
    const found = blocking.map(({ what, benchmark = 'all' }) => `${what} of ${benchmark}`).join(', ');
    return [{ rule: 'pairs match', outcome: 'cannot-tell', found: `They do not: ${found}.` }];
  }
  assertCompared(comparison, policy);
  const results: RuleResult[] = [];
  if (policy.mayDiffer) results.push(ofProtocol(differences, policy.mayDiffer));
  if (policy.verdict)
    results.push({ rule: `verdict ${policy.verdict}`, outcome: ofVerdict(verdict.kind), found: text });
  if (policy.minDifference !== undefined)
    results.push(ofDifference('mean of the benchmarks', average, policy.minDifference));
  for (const row of benchmarks) {
    const least = leastOf(policy, row.benchmark);
    if (least !== undefined) results.push(ofDifference(row.benchmark, row, least));
  }
  return results;
}

/** The least difference that a policy wants of a benchmark. */
function leastOf({ maxLoss, benchmarks }: Policy, name: string): number | undefined {
  const own = benchmarks?.[name];
  if (own) return 'minDifference' in own ? own.minDifference : -own.maxLoss;
  return maxLoss === undefined ? undefined : -maxLoss;
}

function ofVerdict(kind: Comparison['verdict']['kind']): RuleResult['outcome'] {
  if (kind === 'better') return 'pass';
  return kind === 'cannot-tell' ? 'cannot-tell' : 'fail';
}

function ofDifference(
  name: string,
  { difference, interval: [low, high] }: Pick<NonNullable<Comparison['average']>, 'difference' | 'interval'>,
  least: number,
): RuleResult {
  const outcome = low >= least ? 'pass' : high < least ? 'fail' : 'cannot-tell';
  const found = `${points(difference)} (${points(low)} to ${points(high)}).`;
  return { rule: `${name}: at least ${points(least)} points`, outcome, found };
}

function ofProtocol(
  differences: Comparison['differences'],
  mayDiffer: NonNullable<Policy['mayDiffer']>,
): RuleResult {
  const others = differences.filter(({ what }) => !mayDiffer.includes(what));
  const rule = `nothing differs but the weights${mayDiffer.length > 0 ? `, ${mayDiffer.join(', ')}` : ''}`;
  if (others.length === 0) return { rule, outcome: 'pass', found: 'So it is.' };
  return {
    rule,
    outcome: 'fail',
    found: `Also: ${[...new Set(others.map(({ what }) => what))].join(', ')}.`,
  };
}

function assertCompared({ benchmarks }: Comparison, policy: Policy): void {
  const names: string[] = benchmarks.map(({ benchmark }) => benchmark);
  const unknown = Object.keys(policy.benchmarks ?? {}).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const message = `The policy names ${unknown}, which is not compared. Compared are ${names.join(', ')}.`;
  throw new KnownError('benchmark-unknown', message);
}
