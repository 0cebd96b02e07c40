import { printable, printableJson } from '#shared/printable.ts';
import { paint } from '../terminal/colour.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { judgePolicy, outcomeOf, type RuleResult } from './judge-policy.ts';
import { type CompareOptions, readComparisons } from './read-comparisons.ts';
import { readPolicy } from './read-policy.ts';

/** What a gate ends with. */
const ENDS: Readonly<Record<RuleResult['outcome'], number>> = {
  pass: EXIT.done,
  fail: EXIT.failed,
  'cannot-tell': EXIT.undecided,
};
const WORDS: Readonly<Record<RuleResult['outcome'], string>> = {
  pass: 'Pass',
  fail: 'Fail',
  'cannot-tell': 'Cannot tell',
};

const COLOURS = { pass: 'green', fail: 'red', 'cannot-tell': 'yellow' } as const;

export interface GateOptions extends Omit<CompareOptions, 'grader' | 'margin'> {
  /** A file. */
  readonly policy: string;
}

/** Judges the second by a policy against the first, and exits with what came of it. */
export async function gate(first: string, second: string, options: GateOptions): Promise<void> {
  const policy = await readPolicy(options.policy);
  const comparisons = await readComparisons([first, second], { ...options, grader: policy.grader });
  for (const comparison of comparisons) {
    const rules = judgePolicy(comparison, policy);
    const outcome = outcomeOf(rules);
    if (options.json) process.stdout.write(`${printableJson({ outcome, rules, comparison })}\n`);
    else {
      tell(outcome, `${second} against ${first}, by ${options.policy}.`);
      for (const { rule, found, ...each } of rules) tell(each.outcome, `${rule}. ${found}`);
    }
    process.exitCode = ENDS[outcome];
  }
}

function tell(outcome: RuleResult['outcome'], text: string): void {
  const word = paint(COLOURS[outcome], WORDS[outcome], process.stdout);
  process.stdout.write(`${word}: ${printable(text)}\n`);
}
