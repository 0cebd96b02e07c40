import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verify } from '#shared/verifier/verify.ts';

/** A labelled pair; `ours` is what a verifier of this project should say, `null` where that is a matter of options. */
interface CorpusCase {
  readonly id: string;
  readonly gold: string | readonly string[];
  readonly prediction: string;
  /** The prediction is a whole completion, not a bare answer. */
  readonly response?: boolean;
  readonly ours: boolean | null;
}

const repository = resolve(import.meta.dirname, '../../..');
const { ONESHOT_DATA = '../shared' } = process.env;
const corpora = resolve(repository, ONESHOT_DATA, 'corpora/verifier');
const absent = !existsSync(corpora);

describe.skipIf(absent)(
  `the labelled corpora${absent ? ` (skipped: no ${corpora}; set ONESHOT_DATA)` : ''}`,
  () => {
    // A false positive is a reward for a wrong answer; a false negative only a missed one. The shares are what this
    // verifier reaches without arithmetic, algebra and answers outside a box.
    it.each([
      ['generated', 0.92],
      ['graders', 0.65],
      ['math-verify', 0.54],
      ['issues', 0.8],
      ['kas', 0.19],
      ['olympiadbench-judge', 0.36],
      ['qwen-cot', 1],
      ['hazards', 0.94],
    ])('of %s hold no false positive, and at least %f right verdicts', (file, share) => {
      const labelled = casesOf(file).filter(({ ours }) => ours !== null);
      const judged = labelled.map((each) => ({ ...each, correct: isCorrect(each) }));
      expect(judged.filter(({ ours, correct }) => correct && !ours).map(({ id }) => id)).toEqual([]);
      const right = judged.filter(({ ours, correct }) => correct === ours).length;
      expect(right / labelled.length).toBeGreaterThanOrEqual(share);
    });

    it('of hazards take a second at most', () => {
      const cases = casesOf('hazards');
      const started = performance.now();
      for (const each of cases) isCorrect(each);
      expect(performance.now() - started).toBeLessThan(1000);
    });
  },
);

function casesOf(file: string): CorpusCase[] {
  const lines = readFileSync(resolve(corpora, `${file}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as CorpusCase);
}

function isCorrect({ gold, prediction, response }: CorpusCase): boolean {
  const completion = response ? prediction : `\\boxed{${prediction}}`;
  return verify({ gold, completion, mode: 'reward' }).verdict === 'correct';
}
