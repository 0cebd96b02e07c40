import type { ReportData, ReportRun, ReportStep } from '#cli/report/report-data.ts';
import type { Score, Summary } from '#shared/records/summary.ts';

/** Sets of the miniature world: name, problems, samples, and the accuracy before and after. */
const SETS = [
  ['micro-math500', 210, 1, 0.31, 0.82],
  ['micro-aime24', 30, 8, 0.07, 0.55],
  ['micro-amc23', 40, 8, 0.19, 0.78],
  ['micro-minerva', 100, 1, 0.12, 0.74],
  ['micro-olympiad', 140, 1, 0.21, 0.52],
  ['micro-aime25', 30, 8, 0.12, 0.49],
] as const;

/** A report whose 1-shot run rises by step 20 and saturates at 12, and whose format run goes nowhere. */
export function madeUpReport(): ReportData {
  return {
    title: 'oneshot demo: 1-shot RLVR in a miniature world',
    generatedAt: '2026-11-25T14:02:11Z',
    command: 'oneshot demo --seed 1',
    baseSummary: summary(0),
    runs: [
      run({ name: 'one-shot', label: '1-shot', generalises: 1, saturationStep: 12 }),
      run({ name: 'format', label: 'format reward', generalises: 0.04, saturationStep: 14 }),
    ],
    examples: [
      {
        problem: 'solve 4 x + 3 = 31',
        gold: '7',
        before: { text: 'hmm , hmm , i guess . answer 28', verdict: 'no-answer' },
        after: { text: 'step by step : 31 - 3 = 28 , 28 / 4 = 7 . answer \\boxed{ 7 }', verdict: 'correct' },
      },
      {
        problem: 'tom has 17 pens , gets 5 and gives 4 away . how many pens ?',
        gold: '18',
        before: { text: 'i guess . answer \\boxed{ 22 }', verdict: 'incorrect' },
        after: {
          text: 'step by step : 17 + 5 = 22 , 22 - 4 = 18 . answer \\boxed{ 18 }',
          verdict: 'correct',
        },
      },
      {
        problem: 'find 7 * 8 + 5 mod 9',
        gold: '7',
        before: {
          text: 'step by step : 7 * 8 = 56 , 56 + 5 = 61 , 61 - 54 = 7 . answer 7',
          verdict: 'no-answer',
        },
        after: {
          text: 'step by step : 7 * 8 = 56 , 56 + 5 = 61 , 61 - 54 = 8 . answer \\boxed{ 8 }',
          verdict: 'incorrect',
        },
      },
    ],
    settings: [
      ['Recipe', 'micro-pi1'],
      ['Base model', 'kq3v7c2m5wz4p6xnadjfteyhlb (465,280 parameters)'],
      ['Training example', 'solve 7 x + 2 = 51'],
      ['Steps', '60, of 128 completions each'],
      ['Seed', '1'],
      ['Threads', '2'],
      ['torch', '2.13.0+cpu'],
      ['Instruction set', 'AVX2'],
      ['Date', '2026-11-25'],
      ['Commit', '0123abc'],
    ],
  };
}

/** From 0 at the base to 1: most of the way by step 20, a little more until 40. */
function rise(step: number): number {
  return (
    0.92 / (1 + Math.exp(-(step - 9) / 2.6)) -
    0.92 / (1 + Math.exp(9 / 2.6)) +
    (0.11 * Math.min(step, 40)) / 40
  );
}

/** @param generalises - the share of what training gains that the test sets gain */
function run({
  generalises,
  ...names
}: Pick<ReportRun, 'name' | 'label' | 'saturationStep'> & { generalises: number }): ReportRun {
  const delay = (names.saturationStep ?? 0) - 12;
  return {
    ...names,
    steps: Array.from({ length: 60 }, (_, index) => stepAt(index + 1, rise(index + 4 - delay), generalises)),
    checkpoints: [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60].map((step) => ({
      step,
      summary: summary(generalises * rise(step)),
    })),
  };
}

function stepAt(step: number, level: number, generalises: number): ReportStep {
  const wobble = Math.sin(step * 12.9898) * 0.5 + Math.sin(step * 4.1) * 0.5;
  const saturated = level > 0.85;
  return {
    step,
    accuracy: Math.min(1, 0.12 + 0.9 * level + (saturated ? 0.1 + 0.004 * wobble : 0.05 * wobble)),
    entropy: 0.44 - 0.36 * level * generalises ** 0.3 + 0.015 * wobble,
    completionLength: 17 + 6 * level * generalises + 0.6 * wobble,
  };
}

/** A summary whose sets stand `level` of the way between their scores before and after. */
export function summary(level: number): Summary {
  const benchmarks = SETS.map(([benchmark, problems, samplesPerProblem, before, after]) => ({
    benchmark,
    problems,
    samplesPerProblem,
    completions: problems * samplesPerProblem,
    failed: 0,
    score: scoreOf(before + level * (after - before), problems),
    subjects: {},
    meanTokens: 20,
    truncatedShare: 0,
    boxedShare: 0.7,
    reflection: {},
    reasons: {},
  }));
  const mean = benchmarks.reduce((sum, { score }) => sum + (score.mean ?? 0), 0) / benchmarks.length;
  return {
    schemaVersion: 1,
    evaluation: 'a'.repeat(26),
    round: 0,
    model: 'b'.repeat(26),
    policy: 'verified',
    coverage: { shards: 50, scored: 50, failed: {} },
    graders: { reward: { average: scoreOf(mean, 550), benchmarks } },
  };
}

function scoreOf(mean: number, problems: number): Score {
  const half = 1.96 * Math.sqrt((mean * (1 - mean)) / problems);
  return { mean, interval: [Math.max(0, mean - half), Math.min(1, mean + half)], bounds: [mean, mean] };
}
