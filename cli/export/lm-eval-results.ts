/**
 * Results as lm-evaluation-harness writes them: `results_*.json` with all tasks, and a `samples_TASK_*.jsonl` for each.
 *
 * @see lm_eval/result_schema.py and lm_eval/loggers/evaluation_tracker.py of the package
 */
import { renderPrompt } from '#shared/benchmarks/prompt-template.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { mean } from '#shared/metrics/mean.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { GraderName } from '#shared/records/evaluations.ts';
import { type ExportedFile, wellFormedJson } from './exported-file.ts';
import type { ScoredEvaluation, ScoredProblem, ScoredSet } from './read-scored.ts';

const METRIC = 'exact_match';

/** The files of a model's folder: a task for each benchmark, a filter for each grader. */
export function lmEvalResults(scored: ScoredEvaluation): readonly ExportedFile[] {
  const { createdAt, sets } = scored;
  const date = new Date(createdAt).toISOString().slice(0, 23).replaceAll(':', '-');
  const samples = sets.map((set) => ({ set, lines: samplesOf(scored, set) }));
  const results = resultsOf(scored, new Map(samples.map(({ set, lines }) => [set.benchmark, lines])));
  return [
    { path: `results_${date}.json`, text: `${wellFormedJson(results, 2)}\n` },
    ...samples.map(({ set, lines }) => ({
      path: `samples_${set.benchmark}_${date}.jsonl`,
      text: lines.map((line) => `${wellFormedJson(line)}\n`).join(''),
    })),
  ];
}

type SampleLine = ReturnType<typeof sampleOf>;

function resultsOf(scored: ScoredEvaluation, lines: ReadonlyMap<string, readonly SampleLine[]>) {
  const { sets, request, evaluation, checkpoint, createdAt } = scored;
  const { model, seed } = request.generation;
  const name = checkpoint ? `${checkpoint.run}@${checkpoint.step}` : model;
  const byTask = <T>(value: (set: ScoredSet) => T) =>
    Object.fromEntries(sets.map((set) => [set.benchmark, value(set)]));
  return {
    results: byTask((set) => metricsOf(scored, set, lines.get(set.benchmark) ?? [])),
    group_subtasks: byTask(() => []),
    configs: byTask((set) => configOf(scored, set)),
    versions: byTask((set) => request.problemSets[set.benchmark]?.digest ?? null),
    'n-shot': byTask(() => 0),
    higher_is_better: byTask(() => ({ [METRIC]: true })),
    'n-samples': byTask(({ problems }) => ({ original: problems.length, effective: problems.length })),
    config: {
      ...{ model: 'oneshot', model_args: { evaluation, model }, model_dtype: request.generation.precision },
      ...{ batch_size: null, batch_sizes: [], device: null, use_cache: null, limit: null },
      ...{ bootstrap_iters: 0, gen_kwargs: null, random_seed: seed },
    },
    date: createdAt / 1000,
    task_hashes: byTask(({ benchmark }) => {
      const found = (lines.get(benchmark) ?? []).map(
        (line) => line.doc_hash + line.prompt_hash + line.target_hash,
      );
      return sha256Hex(found.join(''));
    }),
    ...{ model_source: 'oneshot', model_name: name, model_name_sanitized: name },
    ...{ system_instruction: null, system_instruction_sha: null, fewshot_as_multiturn: false },
    ...{ chat_template: null, chat_template_sha: null },
  };
}

/** Our own means; the standard error over problems, as the harness gives it. */
function metricsOf({ request, summary }: ScoredEvaluation, set: ScoredSet, lines: readonly SampleLine[]) {
  const { benchmark, problems } = set;
  const values = request.graders.flatMap(({ name }) => {
    const score = summary.graders[name]?.benchmarks.find((each) => each.benchmark === benchmark)?.score;
    const shares = lines.filter(({ filter }) => filter === name).map((line) => line[METRIC]);
    return [
      [`${METRIC},${name}`, score?.mean ?? 'N/A'] as const,
      [`${METRIC}_stderr,${name}`, standardError(shares) ?? 'N/A'] as const,
    ];
  });
  return { name: benchmark, alias: benchmark, sample_len: problems.length, ...Object.fromEntries(values) };
}

/** Of a mean over problems, with the sample's standard deviation; `undefined` for fewer than two. */
export function standardError(values: readonly number[]): number | undefined {
  const average = mean(values);
  if (average === null || values.length < 2) return undefined;
  const squares = sum(values.map((value) => (value - average) ** 2));
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

function configOf({ request }: ScoredEvaluation, set: ScoredSet) {
  return {
    ...{ task: set.benchmark, output_type: 'generate_until', num_fewshot: 0, repeats: set.samples },
    generation_kwargs: generationOf(request.generation.stop, set),
    metric_list: [{ metric: METRIC, aggregation: 'mean', higher_is_better: true }],
    filter_list: request.graders.map(({ name }) => ({ name })),
    metadata: { template: request.generation.template.kind },
  };
}

function generationOf(stop: readonly string[], { temperature, topP, maxTokens }: ScoredSet) {
  return {
    ...{ until: stop, do_sample: temperature > 0, temperature, top_p: topP, max_gen_toks: maxTokens },
  };
}

function samplesOf({ request }: ScoredEvaluation, set: ScoredSet): readonly SampleLine[] {
  return request.graders.flatMap(({ name }) =>
    set.problems.flatMap((problem, index) =>
      problem.samples.length === 0 ? [] : [sampleOf(problem, index, name, request, set)],
    ),
  );
}

/** A problem with all its samples, as one grader found them. */
function sampleOf(
  { samples, ...problem }: ScoredProblem,
  index: number,
  grader: GraderName,
  { generation }: ScoredEvaluation['request'],
  set: ScoredSet,
) {
  // A chat template is the model's own; it is not told here.
  const prompt = renderPrompt(generation.template.kind, problem.problem, (user) => user);
  const target = [problem.answer].flat().join(' or ');
  const right = samples.filter(({ verdicts }) => verdicts[grader]?.verdict === 'correct').length;
  return {
    ...{ doc_id: index, doc: problem, target },
    arguments: { gen_args_0: { arg_0: prompt, arg_1: generationOf(generation.stop, set) } },
    resps: [samples.map(({ text }) => text)],
    filtered_resps: [samples.map(({ verdicts }) => verdicts[grader]?.extracted ?? '[invalid]')],
    ...{ filter: grader, metrics: [METRIC] },
    doc_hash: sha256Hex(wellFormedJson(problem, 2)),
    prompt_hash: sha256Hex(prompt),
    target_hash: sha256Hex(target),
    [METRIC]: right / samples.length,
  } as const;
}
