import type { RunSettings } from '#trainer/settings/config.ts';
import type { Machine } from '../machine/machine.ts';
import { longestSequence } from './longest-sequence.ts';
import { memoryPlan } from './memory-plan.ts';
import type { Shape } from './parameter-counts.ts';

/** A change that saves memory, as the command line takes it. */
interface Change {
  readonly text: string;
  readonly apply: (settings: RunSettings) => RunSettings;
}

/** A way to make a run fit. */
export interface Way {
  /** Its changes as options of `oneshot train`. */
  readonly options: readonly string[];
  readonly settings: RunSettings;
}

/** How many ways are told. */
const MOST_WAYS = 3;
/** Compute capability of the first GPUs that multiply bf16. */
const BF16_CAPABILITY = 8;

/**
 * The fewest changes that make a run fit, each found by planning it: those that change nothing of what is computed
 * first.
 *
 * @param startsServers - as `memoryPlan` takes it
 * @returns ways of equally many changes; none where nothing helps
 */
export function helpfulSettings(
  settings: RunSettings,
  shape: Shape,
  machine: Machine,
  startsServers = true,
): readonly Way[] {
  const changes = changesOf(settings, shape, machine);
  const fits = (changed: RunSettings) =>
    memoryPlan(changed, shape, machine, startsServers).shortages.length === 0;
  for (let size = 1; size <= changes.length; size++) {
    const ways = subsets(changes, size).flatMap((alternatives) => {
      const found = firstThatFits(alternatives, settings, fits);
      return found ? [found] : [];
    });
    if (ways.length > 0) return ways.slice(0, MOST_WAYS);
  }
  return [];
}

/** Settings with every change that saves memory: what this machine needs at the very least. */
export function mostFrugal(settings: RunSettings, shape: Shape, machine: Machine): RunSettings {
  return changesOf(settings, shape, machine)
    .map((steps) => steps.at(-1) as Change) // each has a step
    .reduce((changed, { apply }) => apply(changed), settings);
}

/** Independent changes, each by steps of which the first is the least. */
function changesOf(settings: RunSettings, shape: Shape, { gpus }: Machine): readonly (readonly Change[])[] {
  const { engine, loss, sampling } = settings;
  const onGpu = engine.device === 'cuda';
  const inBf16 = Number(gpus[0]?.capability ?? 0) >= BF16_CAPABILITY;
  const budgets = halvings(engine.tokenBudget, longestSequence(settings, shape));
  const ranks =
    onGpu && sampling.topP === 1 ? powers(gpus.length).filter((count) => count > engine.ranks) : [];
  return [
    engine.gradientCheckpointing ? [] : [engineChange({ gradientCheckpointing: true })],
    onGpu ? budgets.map((tokenBudget) => engineChange({ tokenBudget })) : [],
    onGpu && inBf16 && engine.precision === 'fp32' ? [engineChange({ precision: 'bf16' })] : [],
    ranks.map(rankChange),
    loss.klCoefficient === 0 ? [] : [withoutReference],
  ].filter((steps) => steps.length > 0);
}

function engineChange(change: Partial<RunSettings['engine']>): Change {
  return {
    text: Object.entries(change)
      .map(([name, value]) => `--set engine.${name}=${value}`)
      .join(' '),
    apply: (settings) => ({ ...settings, engine: { ...settings.engine, ...change } }),
  };
}

function rankChange(ranks: number): Change {
  const { text, apply } = engineChange({ ranks });
  return {
    text: `${text} --sampler vllm`,
    apply: (settings) => ({
      ...apply(settings),
      sampler:
        settings.sampler.kind === 'vllm'
          ? settings.sampler
          : { kind: 'vllm', concurrency: 256, maxMismatch: 0.1 },
    }),
  };
}

const withoutReference: Change = {
  text: '--set loss.klCoefficient=0',
  apply: (settings) => ({ ...settings, loss: { ...settings.loss, klCoefficient: 0 } }),
};

/** Halves down to the least, which comes last: 8192, least 3000: 4096, 3000. */
function halvings(from: number, least: number): readonly number[] {
  const next = Math.max(least, Math.floor(from / 2));
  return from <= least ? [] : [next, ...halvings(next, least)];
}

/** 1, 2, 4, … up to the number itself, which is the last. */
function powers(most: number): readonly number[] {
  const below = Array.from({ length: 32 }, (_, i) => 2 ** i).filter((power) => power < most);
  return most === 0 ? [] : [...below, most];
}

function subsets<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}

/** Of the steps of several changes the first combination that fits. */
function firstThatFits(
  changes: readonly (readonly Change[])[],
  settings: RunSettings,
  fits: (settings: RunSettings) => boolean,
): Way | undefined {
  const [steps, ...others] = changes;
  if (!steps) return fits(settings) ? { options: [], settings } : undefined;
  for (const { text, apply } of steps) {
    const rest = firstThatFits(others, apply(settings), fits);
    if (rest) return { ...rest, options: [text, ...rest.options] };
  }
  return undefined;
}
