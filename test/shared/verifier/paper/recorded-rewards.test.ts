import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gradePaperTrain } from '#shared/verifier/paper/grade-paper-train.ts';
import { symbolic } from './symbolic.ts';

interface Recorded {
  readonly label: string;
  readonly answer: string;
  readonly reward: 0 | 1;
}

/**
 * Thirteen labels of ours, each answered in some 130 ways (marks, signs, brackets, units, Python, decimals, …), with the
 * reward that the paper's public code gives: verl/utils/reward_score at sympy 1.14.0 and pylatexenc 2.10, 2026-11-29.
 */
const recorded = readFileSync(join(import.meta.dirname, '../../../golden/paper-train.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded); // a golden file

it("gives the reward of the paper's code to every recorded answer", () => {
  expect(recorded.length).toBeGreaterThan(1700);
  const ours = recorded.map(
    ({ label: gold, answer }) =>
      gradePaperTrain({ gold, completion: `\\boxed{${answer}}`, symbolic }).correct,
  );
  expect(recorded.filter(({ reward }, at) => ours[at] !== (reward === 1))).toEqual([]);
});
