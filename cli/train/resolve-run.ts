import { readFile } from 'node:fs/promises';
import type { Place } from '#shared/adapters/open-place.ts';
import { defined } from '#shared/defined.ts';
import { canonicalJson } from '#shared/encoding/canonical-json.ts';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { find, read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { loadExamples } from '#trainer/data/load-examples.ts';
import { readOwnExamples } from '#trainer/data/own-examples.ts';
import type { TrainingExample } from '#trainer/data/training-example.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import { recipeByName } from '#trainer/recipes/recipes.ts';
import { valuesOf, withValues } from '#trainer/settings/automatic.ts';
import { checkSampler } from '#trainer/settings/check-sampler.ts';
import { RunConfig, type RunSettings, runIdOf, runRecord } from '#trainer/settings/config.ts';
import { readDataFile } from '../data/read-data-file.ts';
import { AUTO, chooseGenerator, type Generation, goingOn, ONNX } from '../evaluate/choose-generator.ts';
import { prepareRequest } from '../evaluate/evaluate.ts';
import { settleModel } from '../models/settle-model.ts';
import { packageVersion } from '../package/package-version.ts';
import { Progress } from '../terminal/progress.ts';
import { findVllm } from '../vllm/find-vllm.ts';
import type { AskedRun } from './ask-run.ts';
import { askedGenerator } from './asked-generator.ts';
import { configDifferences } from './config-differences.ts';
import { type Decided, UNDECIDED } from './decided.ts';
import { type ForkOrigin, holdFork } from './find-fork.ts';
import { modelFolder } from './named-model.ts';
import { parseName } from './parse-name.ts';
import type { RunOverrides } from './run-overrides.ts';
import { samplerPrecision } from './run-servers.ts';

export interface ResolvedRun {
  readonly run: string;
  readonly config: RunConfig;
}

/**
 * Settles a run's config, brings its model, examples and problems into the store and writes `run.json`. The same
 * recipe with the same overrides is the same run, which then goes on where it stands, as the machine decided when it
 * was first asked for. So the id of a run without a name says what was asked, not what the machine made of it.
 *
 * @param decided - what the machine decides, where the run is new
 * @throws {KnownError} `model-needed`, `data-needed`, `config-invalid`, `run-differs`, …
 */
export async function resolveRun(
  { store, remote = false }: Pick<Place, 'store'> & Partial<Pick<Place, 'remote'>>,
  run: AskedRun,
  env: NodeJS.ProcessEnv,
  decided: Decided = UNDECIDED,
): Promise<ResolvedRun> {
  const { name } = run.overrides;
  const asked = await settleConfig(run, { store, remote, env, decided });
  const id = name === undefined ? runIdOf(asked) : parseName(name);
  const before = (await find(store, runRecord(id)))?.config;
  const config = decide(asked, run, before, decided);
  checkSampler(config);
  if (config.fork) await holdFork(store, config.fork, id);
  await put(store, record.run(id), { config, codeVersion: packageVersion });
  await indexRun(store, id, config.recipe);
  const stored = (await read(store, runRecord(id))).config;
  if (canonicalJson(stored) !== canonicalJson(config)) {
    throw runDiffers(id, stored, config);
  }
  return { run: id, config };
}

function runDiffers(run: string, stored: RunConfig, config: RunConfig): KnownError {
  const longer =
    config.steps > stored.steps
      ? ` To train it for longer, fork it: --fork ${run} --steps ${config.steps} --name ANOTHER.`
      : '';
  return new KnownError(
    'run-differs',
    `The run ${run} exists with another config: ${configDifferences(stored, config)}. ` +
      `Give this one another --name, or give the command as it was.${longer}`,
  );
}

/** What a config is settled in. */
interface SettlingWorld extends Pick<Place, 'store' | 'remote'> {
  readonly env: NodeJS.ProcessEnv;
  readonly decided: Decided;
}

/** A run's config in which what is left to the machine has its plain defaults. */
async function settleConfig(run: AskedRun, world: SettlingWorld): Promise<RunConfig> {
  const { recipe, origin, settings, reward, overrides } = run;
  const { store, env } = world;
  for (const file of reward?.files ?? []) await putBlob(store, file);
  if (recipe === undefined) return forkConfig(run, origin as ForkOrigin, world); // one is chosen else
  const by = await generationOf(run, world);
  const base = overrides.model === undefined ? origin?.config.model : undefined;
  const folder = base === undefined ? modelFolder(recipe, overrides) : undefined;
  const examples = await storeExamples(store, await examplesOf(recipe, overrides, env));
  // Last: it may be large.
  const model = base ?? (await baseModel(store, folder as string, settings, overrides, env)); // there is one or the other
  const evaluation = await evaluationOf(recipe, model, by, run, world);
  return withFork(RunConfig.parse({ ...settings, model, examples, evaluation }), origin);
}

/** The config of the run that is forked, with what the command line changes. */
async function forkConfig(run: AskedRun, origin: ForkOrigin, world: SettlingWorld): Promise<RunConfig> {
  const { settings, overrides } = run;
  const { store, env } = world;
  const { config } = origin;
  const by = await generationOf(run, world);
  const model =
    overrides.model === undefined
      ? config.model
      : await baseModel(store, overrides.model, settings, overrides, env);
  const examples =
    overrides.data === undefined
      ? config.examples
      : await storeExamples(store, await ownExamples(overrides.data));
  const changed =
    Object.keys(defined({ ...overrides.evaluation, generator: overrides.generator })).length > 0;
  const evaluation = changed
    ? await evaluationOf(recipeByName(config.recipe), model, by, run, world)
    : config.evaluation;
  const forked = RunConfig.parse({ ...config, ...settings, model, examples, evaluation });
  return withFork(forked, origin);
}

/** A config with what is left to the machine as the run that is there has it, else as the machine decides. */
function decide(
  asked: RunConfig,
  run: AskedRun,
  before: RunConfig | undefined,
  { values, scoring }: Decided,
): RunConfig {
  const config = withValues(asked, run.automatic, before ? valuesOf(before) : values);
  const { evaluation } = config;
  if (evaluation === null || askedGenerator(run).by !== AUTO) return config;
  const scored = before?.evaluation?.generation;
  const generation = { ...evaluation.generation, ...(scored ? goingOn(scored) : scoring.generation) };
  return { ...config, evaluation: { ...evaluation, generation } };
}

function baseModel(
  store: ObjectStore,
  name: string,
  { prompt }: RunSettings,
  { json = false }: RunOverrides,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const progress = new Progress(process.stderr, json);
  return settleModel(store, name, { templates: [prompt.template], env, progress });
}

async function evaluationOf(
  { evaluation }: Recipe,
  model: string,
  by: Generation,
  run: AskedRun,
  world: SettlingWorld,
): Promise<RunConfig['evaluation']> {
  const settings = { ...evaluation, ...defined(run.overrides.evaluation ?? {}) };
  if (settings.benchmarks.length === 0) return null;
  return prepareRequest(world.store, model, settings, world.env, by);
}

/** Who makes evaluated completions: a vLLM of the command's own computes as the run's sampler does. */
async function generationOf(run: AskedRun, { remote, env, decided }: SettlingWorld): Promise<Generation> {
  const asked = askedGenerator(run);
  if (asked.by === AUTO) return ONNX; // as the id has it
  if (asked.by === 'fork') return asked.generation;
  if (asked.name === 'onnx') return ONNX; // which asks for no vLLM
  const { sampler } = withValues(run.settings, run.automatic, decided.values);
  const vllm = sampler.kind === 'vllm' ? await findVllm(env) : null;
  const precision = vllm ? samplerPrecision(sampler, vllm) : 'fp32';
  return (await chooseGenerator({ name: asked.name, precision, remote }, env)) ?? ONNX;
}

function withFork(config: RunConfig, origin: ForkOrigin | undefined): RunConfig {
  if (origin === undefined) return config;
  if (config.steps <= origin.step) {
    throw new KnownError(
      'config-invalid',
      `A fork counts on from its checkpoint's step ${origin.step}, so ${config.steps} steps leave nothing to train. ` +
        'Raise --steps.',
    );
  }
  return { ...config, fork: origin.fork };
}

async function examplesOf(
  { name, data }: Recipe,
  overrides: RunOverrides,
  env: NodeJS.ProcessEnv,
): Promise<readonly TrainingExample[]> {
  if (overrides.data !== undefined) return ownExamples(overrides.data);
  if (data !== null) return loadExamples(data, (file) => readDataFile(file, env));
  throw new KnownError(
    'data-needed',
    `The recipe ${name} needs --data FILE, JSON lines of your own examples.`,
  );
}

async function ownExamples(path: string): Promise<readonly TrainingExample[]> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new KnownError('data-missing', `--data ${path} cannot be read: ${messageOf(cause)}.`, { cause });
  });
  return readOwnExamples(utf8Text(bytes, { code: 'data-invalid', source: path }), path);
}

/** Brings examples into the store. @returns their blob */
function storeExamples(store: ObjectStore, examples: readonly TrainingExample[]): Promise<string> {
  const lines = examples.map((example) => `${canonicalJson(example)}\n`);
  return putBlob(store, new TextEncoder().encode(lines.join('')));
}

/** Enters a run in the listing of runs, newest first, unless it has begun. */
async function indexRun(store: ObjectStore, run: string, recipe: string): Promise<void> {
  if ((await store.list(keys.prefix.incarnations(run), { limit: 1 })).length > 0) return;
  const createdAt = Date.now();
  await put(store, record.runEntry(createdAt, run), { run, createdAt, recipe });
}
