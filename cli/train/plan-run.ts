import { freeSpace } from '#shared/adapters/disk/free-space.ts';
import { KnownError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/inference/model-config.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { find } from '#shared/storage/read.ts';
import { isAutomatic, valuesOf, withValues } from '#trainer/settings/automatic.ts';
import { checkSampler } from '#trainer/settings/check-sampler.ts';
import { type RunConfig, type RunSettings, runRecord } from '#trainer/settings/config.ts';
import { settingSchemas } from '#trainer/settings/setting-names.ts';
import { type Choice, chooseAutomatic } from '../machine/choose-automatic.ts';
import type { Machine } from '../machine/machine.ts';
import { diskPlan } from '../plan/disk-plan.ts';
import { expectedStep } from '../plan/expected-time.ts';
import { helpfulSettings, mostFrugal } from '../plan/helpful-settings.ts';
import { type MemoryPlan, memoryPlan } from '../plan/memory-plan.ts';
import { parameterCounts } from '../plan/parameter-counts.ts';
import type { PlannedSetting, RunPlan } from '../plan/run-plan.ts';
import { planWarnings } from '../plan/warnings.ts';
import type { AskedRun } from './ask-run.ts';
import type { Decided } from './decided.ts';
import type { NamedModel } from './named-model.ts';
import { parseName } from './parse-name.ts';
import { planScorer, scoringAdvice } from './plan-scorer.ts';
import { type AskedSettings, settingAt, settingText } from './settle-settings.ts';

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
  /** A deployment stores and scores. */
  readonly remote: boolean;
}

/** A plan, and how what is left to the machine is to be settled in a run that is new. */
export interface Planned {
  readonly plan: RunPlan;
  readonly decided: Decided;
}

/**
 * Plans a run without storing or starting anything.
 *
 * @param model - `undefined`: its shape is not known
 * @throws {KnownError} what the same words would end with in a run, and `config-invalid` for more ranks than GPUs
 */
export async function planRun(
  run: AskedRun,
  model: NamedModel | undefined,
  world: PlanWorld,
): Promise<Planned> {
  const { machine, busyThreads } = world;
  const parameters = model && parameterCounts(model.shape).total;
  const choice = chooseAutomatic(machine, { ...run, parameters, busyThreads });
  const stored = await storedConfig(world.store, run.overrides.name);
  const settled = withValues(run.settings, run.automatic, stored ? valuesOf(stored) : choice.values);
  checkSampler(settled);
  checkRanks(settled, machine);
  const scorer = planScorer(run, stored, settled, { ...world, parameters });
  const startsServers = !world.env['ONESHOT_SAMPLER_URL'];
  const memory = model && planMemory(settled, model.shape, machine, startsServers);
  const unfit = model !== undefined && memory !== undefined && memory.shortages.length > 0;
  const disk = parameters === undefined ? undefined : await planDisk(settled, parameters, world.home);
  const plan: RunPlan = {
    recipe: settled.recipe,
    machine,
    settled,
    settings: [
      ...plannedSettings(settled, run, stored ? undefined : choice),
      ...(scorer.setting ? [scorer.setting] : []),
    ],
    model: model && { name: model.name, parameters: parameters ?? 0 },
    memory,
    ways: unfit
      ? helpfulSettings(settled, model.shape, machine, startsServers).map(({ options }) => options)
      : [],
    leastBytes: unfit ? leastBytes(settled, model.shape, machine) : undefined,
    step: parameters === undefined ? undefined : expectedStep(settled, parameters, machine),
    disk,
    scoring:
      world.remote || !scorer.setting ? undefined : { generator: scorer.setting.value, threads: busyThreads },
    warnings: [
      ...planWarnings(settled, machine, { memory, disk }),
      ...scoringAdvice(run, scorer.setting?.value, scorer.automatic),
    ],
  };
  return { plan, decided: { values: choice.values, scoring: scorer.automatic } };
}

function planMemory(
  settings: RunSettings,
  shape: ModelConfig,
  machine: Machine,
  startsServers: boolean,
): MemoryPlan | undefined {
  if (settings.engine.device === 'cuda' && machine.gpus.length === 0) return undefined;
  return memoryPlan(settings, shape, machine, startsServers);
}

function leastBytes(settings: RunSettings, shape: ModelConfig, machine: Machine): number {
  const { atOnceBytes, loadingBytes } = memoryPlan(mostFrugal(settings, shape, machine), shape, machine);
  return Math.max(atOnceBytes, loadingBytes);
}

/** The run of this name, if there is one. */
async function storedConfig(
  store: ObjectStore | undefined,
  name: string | undefined,
): Promise<RunConfig | undefined> {
  if (name === undefined || store === undefined) return undefined;
  return (await find(store, runRecord(parseName(name))))?.config;
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

async function planDisk(
  settings: RunSettings,
  parameters: number,
  home: string | undefined,
): Promise<NonNullable<RunPlan['disk']>> {
  const parts = diskPlan(settings, parameters);
  if (home === undefined) return { parts, freeBytes: undefined };
  return { parts, freeBytes: await freeSpace(home) };
}
