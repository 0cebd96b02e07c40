import { existsSync } from 'node:fs';
import { openPlace, type Place } from '#shared/adapters/open-place.ts';
import { printableJson } from '#shared/printable.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import { prepareEngine } from '../bootstrap/prepare-engine.ts';
import { findMachine } from '../machine/find-machine.ts';
import { jobMachine } from '../machine/job-machine.ts';
import type { Machine } from '../machine/machine.ts';
import { refuseUnfit } from '../plan/refuse-unfit.ts';
import { renderPlan } from '../plan/render-plan.ts';
import { type AskedRun, askRun } from './ask-run.ts';
import { namedModel } from './named-model.ts';
import { planEvaluation } from './plan-evaluation.ts';
import { type Planned, type PlanWorld, planRun } from './plan-run.ts';
import type { RunOverrides } from './run-overrides.ts';

/** What of a command's options says where a run would compute. */
export interface LookAheadOptions extends RunOverrides {
  readonly home: string;
  readonly aws?: string | undefined;
  readonly on: 'here' | 'aws';
  readonly json: boolean;
  readonly workers: number;
  readonly evalThreads: number;
}

/**
 * Plans a run for the machine that it is to train on, and refuses what cannot fit, before anything is stored. Where there
 * is a GPU and the engine is not set up, it is now: what its torch can do must be known before a run records it.
 *
 * @throws {KnownError} `does-not-fit`, and as `planRun`, `namedModel` and `prepareEngine` do
 */
export async function lookAhead(
  { store }: Pick<Place, 'store'>,
  run: AskedRun,
  options: LookAheadOptions,
  env: NodeJS.ProcessEnv,
): Promise<Planned> {
  const model = await namedModel(run, store, env);
  const planFor = (machine: Machine) => planRun(run, model, { store, env, ...worldOf(options, machine) });
  const machine = await machineOf(options, env);
  const planned = await planFor(machine);
  refuseUnfit(planned.plan);
  const isKnown = options.on === 'aws' || Boolean(env['ONESHOT_MACHINE']);
  if (isKnown || machine.gpus.length === 0 || machine.torch !== null) return planned;
  await prepareEngine({ json: options.json });
  const again = await planFor(await findMachine(env));
  refuseUnfit(again.plan);
  return again;
}

/** `--dry-run`: prints the plan, and ends as the run would. @throws {KnownError} as `askRun` and `lookAhead` do */
export async function dryRun(
  recipe: Recipe | undefined,
  options: LookAheadOptions,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  // A home that is not there holds nothing to look up, and stays away.
  const place = options.aws !== undefined || existsSync(options.home) ? await openPlace(options) : undefined;
  const store = place?.store;
  try {
    const run = await askRun(store, recipe, options);
    const world = worldOf(options, await machineOf(options, env));
    const { plan } = await planRun(run, await namedModel(run, store, env), { store, env, ...world });
    const evaluation = await planEvaluation(run, plan.settled, env);
    process.stdout.write(
      options.json
        ? `${printableJson({ event: 'plan', ...plan, evaluation })}\n`
        : renderPlan(plan, evaluation),
    );
    refuseUnfit(plan);
  } finally {
    place?.close();
  }
}

function machineOf({ on }: LookAheadOptions, env: NodeJS.ProcessEnv): Promise<Machine> | Machine {
  return on === 'aws' ? jobMachine : findMachine(env);
}

function worldOf(
  { home, aws, workers, evalThreads }: LookAheadOptions,
  machine: Machine,
): Pick<PlanWorld, 'machine' | 'home' | 'busyThreads' | 'remote'> {
  return aws === undefined
    ? { machine, home, busyThreads: workers * evalThreads, remote: false }
    : { machine, home: undefined, busyThreads: 0, remote: true };
}
