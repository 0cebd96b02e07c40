import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hubResults } from '#cli/export/hub-results.ts';
import { inspectLogs } from '#cli/export/inspect-log.ts';
import { lmEvalResults, standardError } from '#cli/export/lm-eval-results.ts';
import { readScored, type ScoredEvaluation } from '#cli/export/read-scored.ts';
import { HOSTILE } from '../../functions/dashboard/hostile-text.ts';
import { SmallWorld } from '../../functions/small-world.ts';
import { ReportWorld } from '../report/report-world.ts';

const PROBLEMS = 5;
const SAMPLES = 3;

let scored: ScoredEvaluation;

beforeAll(async () => {
  const world = await SmallWorld.create();
  const asked = await world.ask(await world.request({ problems: PROBLEMS, samples: SAMPLES }));
  await world.deliver(asked);
  await world.settle();
  scored = await readScored(asked.evaluation, world.store);
});

const ours = () => scored.summary.graders['reward']?.benchmarks[0];

describe('an evaluation as a log of inspect_ai', () => {
  it('has every sample, and our mean', () => {
    const [log] = inspectLogs(scored).map(({ text }) => JSON.parse(text));
    expect(log).toMatchObject({
      version: 2,
      status: 'success',
      eval: { task: 'sums', config: { epochs: SAMPLES } },
    });
    expect(log.samples).toHaveLength(PROBLEMS * SAMPLES);
    expect(log.results.scores[0].metrics.accuracy.value).toBe(ours()?.score.mean);
    const right = log.samples.filter((sample: Sample) => sample.scores['reward']?.value === 'C').length;
    expect(right / (PROBLEMS * SAMPLES)).toBeCloseTo(ours()?.score.mean ?? -1, 12);
  });
});

describe('an evaluation as results of lm-evaluation-harness', () => {
  it('has a line for each problem, whose mean is ours', () => {
    const [results, samples] = lmEvalResults(scored).map(({ text }) => text);
    const lines = (samples ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ doc_id, resps }) => [doc_id, resps[0].length])).toEqual(
      Array.from({ length: PROBLEMS }, (_, index) => [index, SAMPLES]),
    );
    const mean = lines.reduce((sum, line) => sum + line.exact_match, 0) / lines.length;
    expect(mean).toBeCloseTo(ours()?.score.mean ?? -1, 12);
    expect(JSON.parse(results ?? '').results.sums['exact_match,reward']).toBe(ours()?.score.mean);
  });

  it('gives the standard error of a mean', () => {
    expect(standardError([0, 1])).toBeCloseTo(0.5, 12);
    expect(standardError([1])).toBeUndefined();
  });
});

describe('scores for the Hub', () => {
  it('are in per cent, with the protocol beside them', () => {
    const dataset = { benchmark: 'sums', id: 'org/sums', task: 'default' };
    const [file] = hubResults(scored, [dataset]);
    expect(file?.path).toBe('.eval_results/sums.yaml');
    expect(parse(file?.text ?? '')).toEqual([
      {
        dataset: { id: 'org/sums', task_id: 'default' },
        value: Number((100 * (ours()?.score.mean ?? -1)).toFixed(2)),
        ...(scored.createdAt > 0 && { date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) }),
        notes: expect.stringMatching(/mean of 3 samples at temperature 0\.6, .* 5 problems, grader reward/),
      },
    ]);
  });

  it('are refused for a benchmark that the evaluation does not have', () => {
    expect(() => hubResults(scored, [{ benchmark: 'aime25', id: 'o/n', task: 'default' }])).toThrow(
      /no benchmark aime25/,
    );
  });
});

it('takes hostile texts over letter by letter', async () => {
  const world = await ReportWorld.create(HOSTILE);
  const hostile = await readScored(world.evaluations[2] ?? '', world.ports.store);
  const [log] = inspectLogs(hostile).map(({ text }) => JSON.parse(text));
  expect(log.samples[3].input).toBe(HOSTILE.toWellFormed());
  expect(log.samples[0].output.completion).toContain(HOSTILE.toWellFormed());
  const [, lines = ''] = lmEvalResults(hostile).map(({ text }) => text);
  expect(
    lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).doc.problem),
  ).toContain(HOSTILE.toWellFormed());
});

interface Sample {
  readonly scores: Readonly<Record<string, { readonly value: string }>>;
}
