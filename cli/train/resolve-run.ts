import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from '#shared/adapters/open-place.ts';
import type { EvaluationSettings } from '#shared/benchmarks/evaluation-request.ts';
import { defined } from '#shared/defined.ts';
import { canonicalJson } from '#shared/encoding/canonical-json.ts';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { RunId } from '#shared/records/ids.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { find, read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { loadExamples } from '#trainer/data/load-examples.ts';
import { readOwnExamples } from '#trainer/data/own-examples.ts';
import type { TrainingExample } from '#trainer/data/training-example.ts';
import { own } from '#trainer/recipes/own.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import { recipeByName } from '#trainer/recipes/recipes.ts';
import { type AutomaticValues, plainValues, valuesOf, withValues } from '#trainer/settings/automatic.ts';
import { checkSampler } from '#trainer/settings/check-sampler.ts';
import { type Reward, RunConfig, type RunSettings, runIdOf, runRecord } from '#trainer/settings/config.ts';
import { readDataFile } from '../data/read-data-file.ts';
import { chooseGenerator, type Generation, ONNX } from '../evaluate/choose-generator.ts';
import { prepareRequest } from '../evaluate/evaluate.ts';
import { settleModel } from '../models/settle-model.ts';
import { packageRoot } from '../package/package-root.ts';
import { packageVersion } from '../package/package-version.ts';
import { Progress } from '../terminal/progress.ts';
import { findVllm } from '../vllm/find-vllm.ts';
import { chooseReward } from './choose-reward.ts';
import { configDifferences } from './config-differences.ts';
import { type ForkOrigin, findFork, holdFork } from './find-fork.ts';
import { samplerPrecision } from './run-servers.ts';
import {
  type AskedSettings,
  type SettingOverrides,
  settleSettings,
  startFromRecipe,
  startFromRun,
} from './settle-settings.ts';

/** What a user changes of a recipe from the command line. */
export interface RunOverrides extends SettingOverrides {
  /** A folder, `org/name[@revision]` of the hub, or `RUN[@STEP]`. */
  readonly model?: string | undefined;
  /** Whether what is told of the way to the model is JSON lines. */
  readonly json?: boolean;
  readonly name?: string | undefined;
  /** `RUN[@STEP]`: the checkpoint to start from. */
  readonly fork?: string | undefined;
  /** JSON lines of the user's own examples. */
  readonly data?: string | undefined;
  /** A grader, `constant`, `random`, or the path of a module each, with a weight perhaps: `format=0.2`. */
  readonly reward?: readonly string[] | undefined;
  /** Who makes evaluated completions; see `chooseGenerator`. */
  readonly generator?: string | undefined;
  readonly evaluation?: {
    readonly [Name in keyof EvaluationSettings]?: EvaluationSettings[Name] | undefined;
  };
}

export interface ResolvedRun {
  readonly run: string;
  readonly config: RunConfig;
}

/** A config before the machine is looked at. */
interface AskedConfig {
  readonly config: RunConfig;
  readonly automatic: AskedSettings['automatic'];
}

/**
 * Settles a run's config, brings its model, examples and problems into the store and writes `run.json`. The same
 * recipe with the same overrides is the same run, which then goes on where it stands, as the machine decided when it
 * was first asked for. So the id of a run without a name says what was asked, not what the machine made of it.
 *
 * @param recipe - `undefined`: that of the run which `fork` names, with that run's settings; else that for own data
 * @param automaticValues - of settings that are left to the machine, where the run is new
 * @throws {KnownError} `recipe-needed`, `model-needed`, `data-needed`, `config-invalid`, `run-differs`, …
 */
export async function resolveRun(
  { store, remote = false }: Pick<Place, 'store'> & Partial<Pick<Place, 'remote'>>,
  recipe: Recipe | undefined,
  overrides: RunOverrides,
  env: NodeJS.ProcessEnv,
  automaticValues: AutomaticValues = plainValues,
): Promise<ResolvedRun> {
  const asked = await settleConfig({ store, remote, automaticValues }, recipe, overrides, env);
  const run = overrides.name === undefined ? runIdOf(asked.config) : parseName(overrides.name);
  const before = (await find(store, runRecord(run)))?.config;
  const values = before ? valuesOf(before) : automaticValues;
  const config = withValues(asked.config, asked.automatic, values);
  checkSampler(config);
  if (config.fork) await holdFork(store, config.fork, run);
  await put(store, record.run(run), { config, codeVersion: packageVersion });
  await indexRun(store, run, config.recipe);
  const stored = (await read(store, runRecord(run))).config;
  if (canonicalJson(stored) !== canonicalJson(config)) {
    throw runDiffers(run, stored, config);
  }
  return { run, config };
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
  readonly automaticValues: AutomaticValues;
}

async function settleConfig(
  world: SettlingWorld,
  recipe: Recipe | undefined,
  overrides: RunOverrides,
  env: NodeJS.ProcessEnv,
): Promise<AskedConfig> {
  const { store } = world;
  const { fork, reward: rewardName } = overrides;
  const origin = fork === undefined ? undefined : await findFork(store, fork);
  const reward = rewardName === undefined ? undefined : await chooseReward(store, rewardName);
  const chosen = chooseRecipe(recipe, overrides);
  if (chosen === undefined) return forkConfig(world, origin as ForkOrigin, reward, overrides, env); // one is chosen else
  const { settings, automatic } = settleSettings(startFromRecipe(chosen), overrides, reward);
  const by = await generatorOf(withValues(settings, automatic, world.automaticValues), world, overrides, env);
  const base = overrides.model === undefined ? origin?.config.model : undefined;
  const folder = base === undefined ? modelFolder(chosen, overrides) : undefined;
  const examples = await storeExamples(store, await examplesOf(chosen, overrides, env));
  // Last: it may be large.
  const model = base ?? (await baseModel(store, folder as string, settings, overrides, env)); // there is one or the other
  const evaluation = await evaluationOf(store, chosen, model, overrides, env, by);
  const config = RunConfig.parse({ ...settings, model, examples, evaluation });
  return { config: withFork(config, origin), automatic };
}

/**
 * The recipe that a run begins with; `undefined`: the settings of the run that is forked.
 *
 * @throws {KnownError} `recipe-needed`
 */
export function chooseRecipe(
  recipe: Recipe | undefined,
  { data, fork }: Pick<RunOverrides, 'data' | 'fork'>,
): Recipe | undefined {
  if (recipe !== undefined || fork !== undefined) return recipe;
  if (data !== undefined) return own;
  throw new KnownError('recipe-needed', 'Name a recipe, your own examples with --data, or a run to --fork.');
}

/** The config of the run that is forked, with what the command line changes. */
async function forkConfig(
  world: SettlingWorld,
  origin: ForkOrigin,
  reward: Reward | undefined,
  overrides: RunOverrides,
  env: NodeJS.ProcessEnv,
): Promise<AskedConfig> {
  const { store } = world;
  const { config } = origin;
  const { settings, automatic } = settleSettings(startFromRun(config), overrides, reward);
  const by = await generatorOf(settings, world, overrides, env);
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
    ? await evaluationOf(store, recipeByName(config.recipe), model, overrides, env, by)
    : config.evaluation;
  const forked = RunConfig.parse({ ...config, ...settings, model, examples, evaluation });
  return { config: withFork(forked, origin), automatic };
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
  store: ObjectStore,
  { evaluation }: Recipe,
  model: string,
  overrides: RunOverrides,
  env: NodeJS.ProcessEnv,
  by: Generation,
): Promise<RunConfig['evaluation']> {
  const settings = { ...evaluation, ...defined(overrides.evaluation ?? {}) };
  return settings.benchmarks.length === 0 ? null : prepareRequest(store, model, settings, env, by);
}

/** Who makes evaluated completions: by default our decoder; a vLLM of the command's own computes as the run's sampler does. */
async function generatorOf(
  { sampler }: Pick<RunSettings, 'sampler'>,
  { remote }: Pick<Place, 'remote'>,
  { generator: name = 'onnx' }: RunOverrides,
  env: NodeJS.ProcessEnv,
): Promise<Generation> {
  if (name === 'onnx') return ONNX;
  const vllm = sampler.kind === 'vllm' ? await findVllm(env) : null;
  const precision = vllm ? samplerPrecision(sampler, vllm) : 'fp32';
  return chooseGenerator({ name, precision, remote }, env);
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

/** @throws {KnownError} `model-needed` */
export function modelFolder(recipe: Recipe, { model }: RunOverrides): string {
  if (model !== undefined) return model;
  if (recipe.model !== null) return join(packageRoot, 'trainer/microcosm/bases', recipe.model);
  throw new KnownError(
    'model-needed',
    `The recipe ${recipe.name} needs --model: a Hugging Face folder, org/name of the hub, or RUN[@STEP].`,
  );
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

/** @throws {KnownError} `config-invalid` */
export function parseName(name: string): string {
  const parsed = RunId.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new KnownError(
    'config-invalid',
    `"${name}" is no run name: use a-z, 0-9, - and _, at most 64 characters.`,
  );
}

/** Enters a run in the listing of runs, newest first, unless it has begun. */
async function indexRun(store: ObjectStore, run: string, recipe: string): Promise<void> {
  if ((await store.list(keys.prefix.incarnations(run), { limit: 1 })).length > 0) return;
  const createdAt = Date.now();
  await put(store, record.runEntry(createdAt, run), { run, createdAt, recipe });
}
