import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpusFolder, readCorpus } from '#scripts/verifier-score/corpus.ts';
import { type JudgedFile, judgeFiles, scoreOf } from '#scripts/verifier-score/score.ts';
import { verify } from '#shared/verifier/verify.ts';

const folder = corpusFolder(process.env);
const absent = !existsSync(folder);
const judged = absent ? [] : judgeFiles(await readCorpus(folder), { verify });

/** The least share of right verdicts. `parser-pairs` is scored without what this verifier does not compute. */
const SHARES = [
  ['hazards', 1],
  ['olympiadbench-judge', 1],
  ['generated', 0.999],
  ['qwen-cot', 0.995],
  ['math-verify', 0.98],
  ['graders', 0.97],
  ['kas', 0.97],
  ['parser-pairs', 0.93],
  ['issues', 5 / 6],
] as const;
/** Labels that ask for `z = 3 + 3 = 2` to be 2; a chain that contradicts itself is wrong. */
const DISPUTED = new Set(['mv-0175', 'mv-0176']);
/** Most wrong answers of all wrong answers that may be accepted. */
const FALSE_POSITIVES = 0.003;
/** How often the paper's evaluation grader says what its authors recorded. */
const PAPER_AGREEMENT = 0.99;
/** For verdicts on 65 texts that are made to be slow, together. They took 26,122; a single verdict may take 60,000. */
const HAZARDS_FUEL = 80_000;

describe.skipIf(absent)(
  `the labelled corpora${absent ? ` (skipped: no ${folder}; set ONESHOT_DATA)` : ''}`,
  () => {
    it('are those that have a threshold', () => {
      expect(judged.map(({ name }) => name)).toEqual(SHARES.map(([name]) => name).sort());
    });

    it.each(SHARES)('%s: at least a share of %f is judged as labelled', (name, share) => {
      const { cases } = named(name);
      const agreed = cases.filter(({ id }) => !DISPUTED.has(id));
      const left = name === 'parser-pairs' ? agreed.filter(({ id }) => !calculus(name).has(id)) : agreed;
      expect(left.length).toBeGreaterThan(0);
      expect(scoreOf(left).accuracy).toBeGreaterThanOrEqual(share);
    });

    it('have next to no wrong answer accepted', () => {
      const wrong = judged.flatMap(({ cases }) => cases.filter(({ ours }) => ours === false));
      expect(wrong.length).toBeGreaterThan(1_000);
      expect(scoreOf(wrong).fp / wrong.length).toBeLessThanOrEqual(FALSE_POSITIVES);
    });

    it('of hazards are judged with little work', () => {
      const total = named('hazards').cases.reduce((sum, { verification }) => sum + verification.fuel, 0);
      expect(total).toBeLessThan(HAZARDS_FUEL);
    });

    it('of real completions are judged by the paper’s evaluation grader as its authors recorded', () => {
      const { cases } = named('qwen-cot');
      const same = cases.filter(({ gold, prediction: completion, expected }) => {
        const { verdict } = verify({ gold, completion, mode: 'paper-eval' });
        return (verdict === 'correct') === expected;
      });
      expect(same.length / cases.length).toBeGreaterThanOrEqual(PAPER_AGREEMENT);
    });
  },
);

function named(name: string): JudgedFile {
  return judged.find((file) => file.name === name) ?? { name, cases: [] };
}

/** Ids of the cases that ask for an integral, a limit or a derivative to be computed. */
function calculus(name: string): Set<string> {
  const lines = readFileSync(join(folder, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  const cases = lines.map((line) => JSON.parse(line) as { id: string; kind: string });
  return new Set(cases.filter(({ kind }) => kind === 'calculus').map(({ id }) => id));
}
