/**
 * Logs as inspect_ai reads them: `EvalLog`, version 2, one for each benchmark.
 *
 * @see inspect_ai/log/_log.py of the package, by whose `read_eval_log` a test reads them back
 */
import type { JudgedSample } from '#functions/results/evaluations/judged-shards.ts';
import { digestId } from '#shared/encoding/digest.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { GraderName, ScoredItem } from '#shared/records/evaluations.ts';
import { packageVersion } from '../package/package-version.ts';
import { type ExportedFile, wellFormedJson } from './exported-file.ts';
import type { ScoredEvaluation, ScoredProblem, ScoredSet } from './read-scored.ts';

/** One log for each benchmark, named as inspect_ai names its own: time, task, id. */
export function inspectLogs(scored: ScoredEvaluation): readonly ExportedFile[] {
  const created = timeText(scored.createdAt);
  return scored.sets.map((set) => ({
    path: `${[created.replaceAll(':', '-'), set.benchmark.replaceAll('_', '-'), taskId(scored, set)].join('_')}.json`,
    text: `${wellFormedJson(inspectLog(scored, set, created))}\n`,
  }));
}

/** RFC 3339 with an offset in digits, which inspect_ai's names of files need. */
function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
}

function inspectLog(scored: ScoredEvaluation, set: ScoredSet, created: string) {
  const { summary, request } = scored;
  const graders = request.graders.map(({ name }) => name);
  const missing = set.problems.length * set.samples - sum(set.problems.map(({ samples }) => samples.length));
  const samples = set.problems.flatMap((problem) =>
    problem.samples.map((sample) => sampleOf(problem, sample, graders, modelName(scored))),
  );
  return {
    version: 2,
    // With completions missing, no mean is one of all problems.
    status: missing === 0 ? 'success' : 'error',
    eval: specOf(scored, set, created),
    plan: planOf(scored, set),
    results: {
      total_samples: set.problems.length * set.samples,
      completed_samples: samples.length,
      scores: graders.map((grader) => scoreOf(grader, set, summary)),
    },
    stats: {
      started_at: created,
      completed_at: created,
      model_usage: { [modelName(scored)]: usageOf(set.problems.flatMap((problem) => problem.samples)) },
    },
    ...(missing > 0 && {
      error: {
        message: `${missing} completions are missing: ${JSON.stringify(summary.coverage.failed)}`,
        ...{ traceback: '', traceback_ansi: '' },
      },
    }),
    samples,
  };
}

/** Of letters and digits: in names of files a hyphen would begin another part. */
function taskId({ evaluation }: ScoredEvaluation, { benchmark }: ScoredSet): string {
  return digestId({ evaluation, benchmark });
}

/** `provider/name`, as inspect_ai has models. */
function modelName({ request, checkpoint }: ScoredEvaluation): string {
  return checkpoint ? `oneshot/${checkpoint.run}@${checkpoint.step}` : `oneshot/${request.generation.model}`;
}

function specOf(scored: ScoredEvaluation, set: ScoredSet, created: string) {
  const { evaluation, request, summary } = scored;
  const { template, generator, precision, seed, model } = request.generation;
  return {
    ...{ run_id: evaluation, created, task: set.benchmark, task_id: taskId(scored, set) },
    dataset: {
      name: set.benchmark,
      samples: set.problems.length,
      sample_ids: set.problems.map(({ id }) => id),
      shuffled: false,
    },
    model: modelName(scored),
    config: { epochs: set.samples, epochs_reducer: ['mean'] },
    packages: { 'oneshot-rlvr': packageVersion },
    scorers: request.graders.map(({ name, version }) => ({ name, options: { version } })),
    metadata: {
      ...{ evaluation, round: summary.round, model, policy: summary.policy },
      ...{ template: template.kind, generator, precision, seed },
    },
  };
}

function planOf({ request }: ScoredEvaluation, { maxTokens, temperature, topP }: ScoredSet) {
  const { template, seed } = request.generation;
  return {
    name: 'plan',
    steps: [
      { solver: 'prompt_template', params: { template: template.kind } },
      { solver: 'generate', params: {} },
    ],
    config: { max_tokens: maxTokens, temperature, top_p: topP, seed },
  };
}

/** Our own figures, so that nobody finds another mean in two places. */
function scoreOf(grader: GraderName, { benchmark }: ScoredSet, summary: ScoredEvaluation['summary']) {
  const found = summary.graders[grader]?.benchmarks.find((each) => each.benchmark === benchmark);
  const { mean = null, interval = null } = found?.score ?? {};
  const metric = (name: string, value: number) => [[name, { name, value, params: {} }] as const];
  return {
    ...{ name: grader, scorer: grader, reducer: 'mean', params: {} },
    scored_samples: found ? found.completions - found.failed : 0,
    metrics: Object.fromEntries([
      ...(mean === null ? [] : metric('accuracy', mean)),
      ...(interval ? [...metric('accuracy_low', interval[0]), ...metric('accuracy_high', interval[1])] : []),
    ]),
  };
}

/** As inspect_ai's own scorers say it: correct, incorrect, no answer. */
const VALUES: Readonly<Record<ScoredItem['verdicts'][string]['verdict'], 'C' | 'I' | 'N'>> = {
  correct: 'C',
  incorrect: 'I',
  'too-hard': 'I',
  'no-answer': 'N',
};

function sampleOf(problem: ScoredProblem, item: JudgedSample, graders: readonly GraderName[], model: string) {
  const { text, tokens, truncated, verdicts } = item;
  const answer = { role: 'assistant', content: text, source: 'generate', model };
  const usage = usageOf([item]);
  const scores = graders.flatMap((grader) => {
    const found = verdicts[grader];
    if (!found) return [];
    const { verdict, extracted, reason } = found;
    return [[grader, { value: VALUES[verdict], answer: extracted ?? null, explanation: reason }] as const];
  });
  return {
    ...{ id: problem.id, epoch: item.sample + 1, input: problem.problem, target: problem.answer },
    messages: [{ role: 'user', content: problem.problem, source: 'input' }, answer],
    output: {
      model,
      choices: [{ message: answer, stop_reason: truncated ? 'max_tokens' : 'stop' }],
      completion: text,
      usage,
    },
    scores: Object.fromEntries(scores),
    metadata: { subject: problem.subject ?? null, level: problem.level ?? null, tokens },
    ...{ store: {}, events: [], model_usage: { [model]: usage }, attachments: {} },
  };
}

/** Only what was written is counted. */
function usageOf(items: readonly JudgedSample[]) {
  const tokens = sum(items.map((item) => item.tokens));
  return { input_tokens: 0, output_tokens: tokens, total_tokens: tokens };
}
