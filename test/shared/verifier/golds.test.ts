import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { thirdPartyData as data } from '#scripts/third-party-data.ts';
import { goldFault, verify } from '#shared/verifier/verify.ts';

const absent = !existsSync(data);

const SETS = [
  'benchmarks/aime24',
  'benchmarks/aime25',
  'benchmarks/amc23',
  'benchmarks/math500',
  'benchmarks/minerva_math',
  'benchmarks/olympiadbench',
  'train/dsr_sub',
];

/** Golds that nothing can match, by their fault. */
const FAULTY = {
  'dsr_sub-265': 'empty',
  'dsr_sub-1187': 'unbalanced-braces',
};

/** Golds that compare as text, and why. */
const TEXTS = {
  'math500-4': 'a name',
  'math500-97': 'a word',
  'math500-120': 'a word',
  'math500-358': 'a word',
  'math500-398': 'a name',
  'dsr_sub-678': 'a word',
  'dsr_sub-139': 'a sign of arithmetic alone',
  'dsr_sub-309': 'numerals in a base that is a letter, with a condition',
  'olympiadbench-73': 'a sentence',
};

/** Those of them that are no words but values which the verifier does not read. */
const UNREAD = ['dsr_sub-139', 'dsr_sub-309', 'olympiadbench-73', ...Object.keys(FAULTY)];
const TYPED = 0.995;

describe.skipIf(absent)(
  `the golds of the benchmarks and of training${absent ? ` (skipped: no ${data}; set ONESHOT_DATA)` : ''}`,
  () => {
    const golds = absent ? [] : SETS.flatMap(goldsOf);
    const judged = golds.map(({ id, gold }) => {
      const verification = verify({ gold, completion: `\\boxed{${gold}}`, mode: 'reward' });
      return { id, gold, ...verification };
    });

    it('are all there', () => {
      expect(judged).toHaveLength(500 + 30 + 30 + 40 + 272 + 675 + 1209);
    });

    it('can be matched, but for a few with a fault', () => {
      const faults = golds.map(({ id, gold }) => [id, goldFault(gold)]).filter(([, fault]) => fault);
      expect(Object.fromEntries(faults)).toEqual(FAULTY);
    });

    it('equal themselves in a box', () => {
      const unequal = judged.filter(({ verdict }) => verdict !== 'correct').map(({ id }) => id);
      expect(unequal.sort()).toEqual(Object.keys(FAULTY).sort());
    });

    it('have a type, and those that compare as text are known', () => {
      const texts = judged.filter(({ goldType }) => goldType === 'text').map(({ id }) => id);
      expect(texts.sort()).toEqual(Object.keys(TEXTS).sort());
      expect(1 - UNREAD.length / judged.length).toBeGreaterThanOrEqual(TYPED);
    });
  },
);

interface Row {
  readonly id: string;
  readonly answer?: string;
  readonly reward_model?: { readonly ground_truth: string };
}

function goldsOf(set: string): { id: string; gold: string }[] {
  const lines = readFileSync(resolve(data, `${set}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const { id, answer, reward_model: reward } = JSON.parse(line) as Row;
    return { id, gold: answer ?? reward?.ground_truth ?? '' };
  });
}
