import { join } from 'node:path';
import type { Workspace } from '#shared/adapters/local/workspace.ts';
import type { EvaluationSettings } from '#shared/benchmarks/evaluation-request.ts';
import { fullSet } from '#shared/benchmarks/microcosm/full-set.ts';
import { trainingExample } from '#shared/benchmarks/microcosm/training-example.ts';
import { canonicalJson } from '#shared/canonical-json.ts';
import { KnownError } from '#shared/errors.ts';
import { RunId } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { putBlob, putObject } from '#shared/storage/put-object.ts';
import { readObject } from '#shared/storage/read-object.ts';
import { checkBatch } from '#trainer/check-batch.ts';
import { Run, RunConfig, runIdOf, type TrainingExample } from '#trainer/config.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import { readReleasedRows } from '#trainer/released-rows.ts';
import { readDataFile } from './data-folder.ts';
import { prepareRequest } from './evaluate.ts';
import { packageRoot } from './package-root.ts';
import { packageVersion } from './package-version.ts';
import { pushModel } from './push-model.ts';

/** What a user changes of a recipe from the command line. */
export interface RunOverrides {
  readonly model?: string | undefined;
  readonly name?: string | undefined;
  readonly steps?: number | undefined;
  readonly prompts?: number | undefined;
  readonly samples?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly seed?: number | undefined;
  readonly threads?: number | undefined;
  /** Who draws completions, in its default settings. */
  readonly sampler?: RunConfig['sampler']['kind'] | undefined;
  readonly checkpointEvery?: number | undefined;
  readonly evaluation?: Partial<EvaluationSettings>;
}

/**
 * Settles a run's config, brings its model, examples and problems into the store and writes `run.json`. The same
 * recipe with the same overrides is the same run, which then goes on where it stands.
 *
 * @throws {KnownError} `model-needed`, `config-invalid`, `run-differs`, …
 */
export async function resolveRun(
  { store }: Workspace,
  recipe: Recipe,
  overrides: RunOverrides,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly run: RunId; readonly config: RunConfig }> {
  const model = await pushModel(store, modelFolder(recipe, overrides));
  const examples = await putBlob(store, new TextEncoder().encode(toJsonLines(await examplesOf(recipe, env))));
  const settings = { ...recipe.evaluation, ...defined(overrides.evaluation ?? {}) };
  const evaluation = await prepareRequest(store, model, settings, env);
  const config = RunConfig.parse({ ...withOverrides(recipe, overrides), model, examples, evaluation });
  checkBatch(config);
  checkSampler(config);
  const run = overrides.name === undefined ? runIdOf(config) : parseName(overrides.name);
  await putObject(store, keys.run(run), { schemaVersion: 1, config, codeVersion: packageVersion });
  await indexRun(store, run, config.recipe);
  const stored = (await readObject(store, keys.run(run), Run)).config;
  if (canonicalJson(stored) !== canonicalJson(config)) {
    const message = `The run ${run} exists with another config. Give this one another --name.`;
    throw new KnownError('run-differs', message);
  }
  return { run, config };
}

function modelFolder(recipe: Recipe, { model }: RunOverrides): string {
  if (model !== undefined) return model;
  if (recipe.model !== null) return join(packageRoot, 'trainer/microcosm/bases', recipe.model);
  throw new KnownError(
    'model-needed',
    `The recipe ${recipe.name} needs --model DIR, a Hugging Face model folder.`,
  );
}

async function examplesOf({ data }: Recipe, env: NodeJS.ProcessEnv): Promise<readonly TrainingExample[]> {
  if (data === 'micro-pi1') {
    const { id, problem, answer } = trainingExample;
    return [{ id, prompt: problem, answer, repeats: 16 }];
  }
  if (data === 'micro-full') {
    return fullSet().map(({ id, problem, answer }) => ({
      id,
      prompt: problem,
      answer: [answer].flat()[0] as string,
      repeats: 1,
    }));
  }
  return readReleasedRows(await readDataFile(data.file, env), data.file);
}

function withOverrides({ name, settings }: Recipe, overrides: RunOverrides) {
  const { steps, prompts, samples, maxTokens, seed, threads, sampler, checkpointEvery } = overrides;
  return {
    ...settings,
    recipe: name,
    ...defined({ steps, prompts, samples, checkpointEvery }),
    sampling: { ...settings.sampling, ...defined({ maxTokens, seed }) },
    engine: { ...settings.engine, ...defined({ threads }) },
    ...(sampler && { sampler: { kind: sampler } }),
  };
}

function parseName(name: string): RunId {
  const parsed = RunId.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new KnownError(
    'config-invalid',
    `"${name}" is no run name: use a-z, 0-9, - and _, at most 64 characters.`,
  );
}

/** vLLM would give log-probabilities of the filtered distribution, which are not those of the policy. */
function checkSampler({ sampler, sampling }: RunConfig): void {
  if (sampler.kind !== 'vllm' || sampling.topP === 1) return;
  throw new KnownError(
    'config-invalid',
    `The vllm sampler takes no top-p below 1; the run has ${sampling.topP}. Sample with the engine, or set it to 1.`,
  );
}

function toJsonLines(examples: readonly TrainingExample[]): string {
  return examples.map((example) => `${canonicalJson(example)}\n`).join('');
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Enters a run in the listing of runs, newest first, unless it has begun. */
async function indexRun(store: ObjectStore, run: RunId, recipe: string): Promise<void> {
  if ((await store.list(keys.incarnations(run), { limit: 1 })).length > 0) return;
  const createdAt = Date.now();
  await putObject(store, keys.runEntry(createdAt, run), { schemaVersion: 1, run, createdAt, recipe });
}
