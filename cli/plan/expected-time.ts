import type { RunSettings } from '#trainer/settings/config.ts';
import type { Machine } from '../machine/machine.ts';

/** Rates that were measured once: docs/performance.md has the commands. Completion tokens a second. */
interface Figure {
  readonly where: string;
  readonly applies: (settings: RunSettings, parameters: number, machine: Machine) => boolean;
  readonly rates:
    | { readonly sample: number; readonly forward: number; readonly update: number }
    | { readonly step: number };
}

const near = (value: number, measured: number) => Math.abs(value / measured - 1) < 0.1;

const FIGURES: readonly Figure[] = [
  {
    where: 'one H100 (80 GB), bf16, gradient checkpointing, the shape of Qwen2.5-1.5B, 2026-11-26',
    applies: ({ engine }, parameters, { gpus }) =>
      engine.device === 'cuda' &&
      engine.ranks === 1 &&
      engine.precision === 'bf16' &&
      engine.gradientCheckpointing &&
      /\bH100\b/.test(gpus[0]?.name ?? '') &&
      near(parameters, 1.544e9),
    rates: { sample: 6_400, forward: 36_500, update: 11_500 },
  },
  {
    where:
      'two CPU cores (AVX2), fp32, two threads, 135 million parameters, 8 completions of 64 tokens, 2026-11-26',
    applies: ({ engine, sampler }, parameters, { cores }) =>
      engine.device === 'cpu' &&
      engine.ranks === 1 &&
      engine.threads === 2 &&
      engine.precision === 'fp32' &&
      sampler.kind === 'engine' &&
      cores === 2 &&
      near(parameters, 0.1345e9),
    rates: { step: 512 / 17.3 },
  },
];

/** What a step takes; it never counts grading, checkpoints or evaluations, which go on beside it. */
export interface ExpectedTime {
  /** If every completion takes all the tokens it may; most take fewer. */
  readonly mostSeconds: number;
  /** Where and how the rates were measured that this is scaled from. */
  readonly from: string;
  /** What is not in it because nobody measured it. */
  readonly without: readonly string[];
}

/** Estimated from a measured figure of the same hardware, precision and size of model. @returns `undefined` without one */
export function expectedStep(
  settings: RunSettings,
  parameters: number,
  machine: Machine,
): ExpectedTime | undefined {
  const figure = FIGURES.find(({ applies }) => applies(settings, parameters, machine));
  if (!figure) return undefined;
  const { prompts, samples, sampling, loss, sampler, update } = settings;
  const tokens = prompts * samples * sampling.maxTokens;
  const { rates, where: from } = figure;
  if ('step' in rates) return { mostSeconds: tokens / rates.step, from, without: [] };
  const drawn = sampler.kind === 'engine';
  const passes = (loss.klCoefficient === 0 ? 0 : 1) + (update.completions === null ? 0 : 1);
  const seconds =
    (drawn ? tokens / rates.sample : 0) + (passes * tokens) / rates.forward + tokens / rates.update;
  return { mostSeconds: seconds, from, without: drawn ? [] : ['sampling by vLLM'] };
}
