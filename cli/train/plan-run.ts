import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { EvaluationSettings } from '#shared/benchmarks/evaluation-request.ts';
import { benchmarkByName, expectedTokens } from '#shared/benchmarks/registry.ts';
import { defined } from '#shared/defined.ts';
import { KnownError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/inference/model-config.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { find } from '#shared/storage/read.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import { type AutomaticValues, isAutomatic, valuesOf, withValues } from '#trainer/settings/automatic.ts';
import { checkSampler } from '#trainer/settings/check-sampler.ts';
import { type RunSettings, runRecord } from '#trainer/settings/config.ts';
import { settingSchemas } from '#trainer/settings/setting-names.ts';
import { PulledDataMissingError } from '../data/read-data-file.ts';
import { type Choice, chooseAutomatic } from '../machine/choose-automatic.ts';
import type { Machine } from '../machine/machine.ts';
import { checkpointCount, diskPlan } from '../plan/disk-plan.ts';
import { expectedStep } from '../plan/expected-time.ts';
import { helpfulSettings, mostFrugal } from '../plan/helpful-settings.ts';
import { type MemoryPlan, memoryPlan } from '../plan/memory-plan.ts';
import { parameterCounts } from '../plan/parameter-counts.ts';
import type { PlannedEvaluation, PlannedSetting, RunPlan } from '../plan/run-plan.ts';
import { planWarnings } from '../plan/warnings.ts';
import { readBenchmark } from '../push/read-benchmark.ts';
import { readReward } from './choose-reward.ts';
import { findFork } from './find-fork.ts';
import { findShape } from './find-shape.ts';
import { chooseRecipe, modelFolder, parseName, type RunOverrides } from './resolve-run.ts';
import {
  type AskedSettings,
  settingAt,
  settingText,
  settleSettings,
  startFromRecipe,
  startFromRun,
} from './settle-settings.ts';

/** What planning needs to know besides the words of the command. */
export interface PlanWorld {
  /** `undefined`: nothing is stored yet. */
  readonly store: ObjectStore | undefined;
  readonly machine: Machine;
  readonly env: NodeJS.ProcessEnv;
  /** Folder whose disk the run will fill; `undefined`: no disk of this machine. */
  readonly home: string | undefined;
  /** Threads that evaluations take beside the training. */
  readonly busyThreads: number;
}

/** A plan, and how what is left to the machine is to be settled in a run that is new. */
export interface Planned {
  readonly plan: RunPlan;
  readonly choice: Choice;
}

/**
 * Plans a run without storing or starting anything. Of a model it reads config.json alone.
 *
 * @throws {KnownError} what the same words would end with in a run, and `config-invalid` for more ranks than GPUs
 */
export async function planRun(
  recipe: Recipe | undefined,
  overrides: RunOverrides,
  world: PlanWorld,
): Promise<Planned> {
  const { machine, store } = world;
  const chosen = chooseRecipe(recipe, overrides);
  const start = chosen ? startFromRecipe(chosen) : startFromRun(await forkedConfig(store, overrides));
  const reward = overrides.reward === undefined ? undefined : (await readReward(overrides.reward)).reward;
  const asked = settleSettings(start, overrides, reward);
  const model = await namedModel(chosen, overrides, world);
  const parameters = model && parameterCounts(model.shape).total;
  const { busyThreads } = world;
  const choice = chooseAutomatic(machine, { ...asked, parameters, busyThreads });
  const stored = await storedValues(store, overrides.name);
  const settled = withValues(asked.settings, asked.automatic, stored ?? choice.values);
  checkSampler(settled);
  checkRanks(settled, machine);
  const memory = model && planMemory(settled, model.shape, machine);
  const unfit = model !== undefined && memory !== undefined && memory.shortages.length > 0;
  const disk = parameters === undefined ? undefined : await planDisk(settled, parameters, world.home);
  const plan: RunPlan = {
    recipe: settled.recipe,
    machine,
    settled,
    settings: plannedSettings(settled, asked, stored ? undefined : choice),
    model: model && { name: model.name, parameters: parameters ?? 0 },
    memory,
    ways: unfit ? helpfulSettings(settled, model.shape, machine) : [],
    leastBytes: unfit ? leastBytes(settled, model.shape, machine) : undefined,
    step: parameters === undefined ? undefined : expectedStep(settled, parameters, machine),
    disk,
    evaluation: await planEvaluation(chosen, overrides, settled, world.env),
    warnings: planWarnings(settled, machine, { memory, disk }),
  };
  return { plan, choice };
}

/** @throws {KnownError} `fork-unknown` */
async function forkedConfig(
  store: ObjectStore | undefined,
  { fork = '' }: RunOverrides,
): Promise<RunSettings> {
  if (store) return (await findFork(store, fork)).config;
  throw new KnownError('fork-unknown', `There is no run ${fork} here: the workspace does not exist yet.`);
}

function planMemory(settings: RunSettings, shape: ModelConfig, machine: Machine): MemoryPlan | undefined {
  if (settings.engine.device === 'cuda' && machine.gpus.length === 0) return undefined;
  return memoryPlan(settings, shape, machine);
}

function leastBytes(settings: RunSettings, shape: ModelConfig, machine: Machine): number {
  const { atOnceBytes, loadingBytes } = memoryPlan(mostFrugal(settings, shape, machine), shape, machine);
  return Math.max(atOnceBytes, loadingBytes);
}

/** The model that is named and its shape, where config.json is to be had. */
async function namedModel(
  recipe: Recipe | undefined,
  overrides: RunOverrides,
  { store, env }: PlanWorld,
): Promise<{ readonly name: string; readonly shape: ModelConfig } | undefined> {
  const named =
    overrides.model ?? (recipe && recipe.model !== null ? modelFolder(recipe, overrides) : undefined);
  const shape = named === undefined ? undefined : await findShape(store, named, env);
  return named === undefined || shape === undefined ? undefined : { name: named, shape };
}

/** What the run of this name was settled to, if there is one. */
async function storedValues(
  store: ObjectStore | undefined,
  name: string | undefined,
): Promise<AutomaticValues | undefined> {
  if (name === undefined) return undefined;
  const record = runRecord(parseName(name));
  const stored = store && (await find(store, record));
  return stored && valuesOf(stored.config);
}

function checkRanks({ engine: { device, ranks } }: RunSettings, { gpus }: Machine): void {
  if (device === 'cpu' || gpus.length === 0 || ranks <= gpus.length) return;
  const here = gpus.length === 1 ? 'one GPU is' : `${gpus.length} GPUs are`;
  throw new KnownError(
    'config-invalid',
    `engine.ranks is ${ranks}, and ${here} here. Set engine.ranks to at most that.`,
  );
}

/** @param choice - `undefined`: what is automatic stands in the run that is there */
function plannedSettings(
  settled: RunSettings,
  { sources }: AskedSettings,
  choice: Choice | undefined,
): readonly PlannedSetting[] {
  return [...settingSchemas.keys()].flatMap((name) => {
    const value = settingAt(settled, name);
    if (value === undefined) return [];
    const source = sources.get(name) ?? 'default';
    const why =
      isAutomatic(name) && source === 'auto'
        ? `auto: ${choice?.reasons[name] ?? 'as the run began'}`
        : source;
    return [{ name, value: settingText(value), source: why }];
  });
}

async function planEvaluation(
  recipe: Recipe | undefined,
  overrides: RunOverrides,
  settled: RunSettings,
  env: NodeJS.ProcessEnv,
): Promise<PlannedEvaluation | null | undefined> {
  if (recipe === undefined) return undefined;
  const settings: EvaluationSettings = { ...recipe.evaluation, ...defined(overrides.evaluation ?? {}) };
  if (settings.benchmarks.length === 0) return null;
  const benchmarks = [...new Set(settings.benchmarks)].map(async (name) => {
    const known = await benchmarkHere(name, env);
    const { samples, maxTokens } = known ?? benchmarkByName(name);
    const mostTokens = settings.maxTokens ?? maxTokens;
    const problems = known?.problems.length;
    return {
      name: known?.name ?? name,
      completions: problems === undefined ? null : Math.min(problems, settings.limit ?? problems) * samples,
      mostTokens,
      usualTokens: Math.min(expectedTokens(name), mostTokens),
    };
  });
  return { checkpoints: checkpointCount(settled), benchmarks: await Promise.all(benchmarks) };
}

/** @returns `undefined` where the data are not here */
async function benchmarkHere(
  name: string,
  env: NodeJS.ProcessEnv,
): Promise<Awaited<ReturnType<typeof readBenchmark>> | undefined> {
  try {
    return await readBenchmark(name, env);
  } catch (error) {
    if (error instanceof PulledDataMissingError) return undefined;
    throw error;
  }
}

async function planDisk(
  settings: RunSettings,
  parameters: number,
  home: string | undefined,
): Promise<NonNullable<RunPlan['disk']>> {
  const parts = diskPlan(settings, parameters);
  if (home === undefined) return { parts, freeBytes: undefined };
  const { bavail, bsize } = await statfs(nearestFolder(resolve(home)));
  return { parts, freeBytes: bavail * bsize };
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}
