import type { Recipe } from '#trainer/recipes/recipe.ts';
import { AUTOMATIC, withValues } from '#trainer/settings/automatic.ts';
import { RunSettings } from '#trainer/settings/config.ts';
import { automaticGenerator } from '../machine/automatic-generator.ts';
import { chooseAutomatic } from '../machine/choose-automatic.ts';
import type { Machine } from '../machine/machine.ts';
import { diskBytes, diskPlan } from '../plan/disk-plan.ts';
import { type ExpectedTime, expectedStep } from '../plan/expected-time.ts';
import { helpfulSettings, mostFrugal } from '../plan/helpful-settings.ts';
import { PROGRAM_BYTES } from '../plan/memory-part.ts';
import { memoryPlan } from '../plan/memory-plan.ts';
import { parameterCounts, type Shape } from '../plan/parameter-counts.ts';

/** What a machine can do with a model of a size. */
export interface ModelOutlook {
  readonly parameters: number;
  /** With a recipe; `null`: no setting makes it fit. */
  readonly training: TrainingOutlook | null;
  /** The most that must be there at a time, and what is, where it is least: with what saves memory if it does not fit. */
  readonly needBytes: number;
  readonly haveBytes: number;
  readonly scoring: ScoringOutlook;
}

export interface TrainingOutlook {
  /** What makes it fit, as options of `oneshot train`. */
  readonly options: readonly string[];
  readonly device: RunSettings['engine']['device'];
  readonly precision: RunSettings['engine']['precision'];
  readonly ranks: number;
  readonly threads: number;
  readonly sampler: RunSettings['sampler']['kind'];
  /** `null`: no figure was measured on such a machine. */
  readonly step: ExpectedTime | null;
  /** What the recipe's steps and checkpoints fill at most. */
  readonly diskBytes: number;
}

export interface ScoringOutlook {
  /** Who makes completions; `null`: nobody, for the weights fit nowhere. */
  readonly generator: 'vllm' | 'onnx' | null;
  readonly reason: string;
}

/**
 * Plans a recipe for a shape on a machine as `oneshot train` would.
 *
 * @param busyThreads - that evaluations take beside the training
 */
export function modelOutlook(
  shape: Shape,
  recipe: Recipe,
  machine: Machine,
  busyThreads: number,
): ModelOutlook {
  const parameters = parameterCounts(shape).total;
  const asked = RunSettings.parse({ ...recipe.settings, recipe: recipe.name });
  const automatic = new Set(AUTOMATIC);
  const { values } = chooseAutomatic(machine, { settings: asked, automatic, parameters, busyThreads });
  const settings = withValues(asked, automatic, values);
  const { shortages } = memoryPlan(settings, shape, machine);
  const [way] =
    shortages.length === 0 ? [{ options: [], settings }] : helpfulSettings(settings, shape, machine);
  const planned = way?.settings ?? mostFrugal(settings, shape, machine);
  const plan = memoryPlan(planned, shape, machine);
  // Of what does not fit the largest lack, else the fullest moment.
  const [lack] = [...plan.shortages].sort(
    (one, other) => other.needBytes / other.haveBytes - one.needBytes / one.haveBytes,
  );
  const { needBytes, haveBytes } = lack ?? { needBytes: plan.atOnceBytes, haveBytes: plan.haveBytes };
  return {
    parameters,
    training: way ? trainingOutlook(way, parameters, machine) : null,
    needBytes,
    haveBytes,
    scoring: scoringOutlook(parameters, machine),
  };
}

function trainingOutlook(
  { options, settings }: { readonly options: readonly string[]; readonly settings: RunSettings },
  parameters: number,
  machine: Machine,
): TrainingOutlook {
  const { device, precision, ranks, threads } = settings.engine;
  return {
    ...{ options, device, precision, ranks, threads },
    sampler: settings.sampler.kind,
    step: expectedStep(settings, parameters, machine) ?? null,
    diskBytes: diskBytes(diskPlan(settings, parameters)),
  };
}

/** Our decoder holds the weights in fp32. */
function scoringOutlook(parameters: number, machine: Machine): ScoringOutlook {
  const { value, reason } = automaticGenerator(machine, { parameters, precision: 'fp32' });
  if (value === 'vllm' || 4 * parameters + PROGRAM_BYTES <= machine.memoryBytes)
    return { generator: value, reason };
  return { generator: null, reason: 'its weights in fp32 do not fit' };
}
