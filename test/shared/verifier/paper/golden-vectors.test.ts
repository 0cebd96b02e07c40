import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { thirdPartyData as data } from '#scripts/third-party-data.ts';
import { gradePaperEval, paperEvalTexts } from '#shared/verifier/paper/grade-paper-eval.ts';
import { gradePaperTrain } from '#shared/verifier/paper/grade-paper-train.ts';
import { symbolic } from './symbolic.ts';

interface TrainVector {
  readonly label: string;
  readonly completion: string;
  readonly reward: 0 | 1;
}

interface EvalVector {
  readonly set: string;
  readonly source: string;
  readonly completion: string;
  readonly gold: string;
  readonly prediction: string;
  readonly correct: boolean;
}

const absent = !existsSync(resolve(data, 'method.md'));
const described = (what: string) => `${what}${absent ? ` (skipped: no ${data}; set ONESHOT_DATA)` : ''}`;

describe.skipIf(absent)(described("the training grader of the paper's code"), () => {
  it('agrees with every recorded reward', () => {
    const vectors = vectorsOf<TrainVector>('### B.2');
    expect(vectors.length).toBeGreaterThan(70);
    const rewards = vectors.map(({ label: gold, completion }) =>
      Number(gradePaperTrain({ gold, completion, symbolic }).correct),
    );
    expect(vectors.filter(({ reward }, at) => reward !== rewards[at])).toEqual([]);
  });

  it('accepts every label of DSR-sub in a box but the one with unbalanced braces', () => {
    const rows = linesOf<{ reward_model: { ground_truth: string }; extra_info: { index: number } }>(
      'train/dsr_sub.jsonl',
    );
    const refused = rows.filter(({ reward_model }) => !acceptsItself(reward_model.ground_truth));
    expect(rows).toHaveLength(1209);
    expect(refused.map(({ extra_info }) => extra_info.index)).toEqual([1187]);
  });

  it('accepts every answer of MATH500 in a box', () => {
    const rows = linesOf<{ id: string; answer: string }>('benchmarks/math500.jsonl');
    expect(rows).toHaveLength(500);
    expect(rows.filter(({ answer }) => !acceptsItself(answer)).map(({ id }) => id)).toEqual([]);
  });
});

describe.skipIf(absent)(described("the evaluation of the paper's code"), () => {
  const vectors = absent ? [] : vectorsOf<EvalVector>('### B.3');

  it('agrees with every recorded gold and prediction', () => {
    expect(vectors.length).toBeGreaterThan(40);
    expect(vectors.map((each) => paperEvalTexts(inputOf(each)))).toEqual(
      vectors.map(({ gold, prediction }) => ({ gold, prediction })),
    );
  });

  it('agrees with every recorded verdict', () => {
    const judged = vectors.map((each) => gradePaperEval({ ...inputOf(each), symbolic }).correct);
    expect(vectors.filter(({ correct }, at) => correct !== judged[at])).toEqual([]);
  });

  it('gives the golds that the public code gives, once for solutions and once for answers', () => {
    const sets = {
      math500: 'solution',
      minerva_math: 'solution',
      aime24: 'answer',
      aime25: 'answer',
      amc23: 'answer',
    };
    for (const [set, field] of Object.entries({ ...sets, olympiadbench: 'answer' })) {
      const rows = linesOf<Readonly<Record<string, string>>>(`benchmarks/${set}.jsonl`);
      const different = rows.filter((row) => goldOf(set, row[field] ?? '') !== row['answer_qwen']);
      // math500-383 is stripped once here and twice in the recorded column
      expect(different.map(({ id }) => id)).toEqual(set === 'math500' ? ['math500-383'] : []);
    }
  });

  it('agrees with the recorded verdicts on real completions', () => {
    const cases = linesOf<{ id: string; gold: string; prediction: string; expected: boolean }>(
      'corpora/verifier/qwen-cot.jsonl',
    );
    const different = cases.filter(
      ({ gold, prediction: completion, expected }) =>
        gradePaperEval({ gold, completion, keepUnits: false, symbolic }).correct !== expected,
    );
    expect(cases).toHaveLength(400);
    expect(different.map(({ id }) => id)).toEqual([]);
  });
});

function vectorsOf<T>(heading: string): T[] {
  const method = readFileSync(resolve(data, 'method.md'), 'utf8');
  const block = /```jsonl\n([\s\S]*?)\n```/.exec(method.slice(method.indexOf(heading)))?.[1] ?? '';
  return block.split('\n').map((line) => JSON.parse(line) as T);
}

function linesOf<T>(path: string): T[] {
  const lines = readFileSync(resolve(data, path), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as T);
}

function acceptsItself(label: string): boolean {
  return gradePaperTrain({ gold: label, completion: `so \\boxed{${label}}.`, symbolic }).correct;
}

function inputOf({ set, source, completion }: EvalVector) {
  return { gold: source, completion, keepUnits: set === 'minerva_math' };
}

function goldOf(set: string, gold: string): string {
  return paperEvalTexts({ gold, completion: '', keepUnits: set === 'minerva_math' }).gold;
}
