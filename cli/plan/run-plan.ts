/**
 * The plan of a run: what its settings ask of a machine, worked out before anything is fetched or started. A pure core
 * (`memory-plan.ts`, `helpful-settings.ts`, `expected-time.ts`, `disk-plan.ts`), its text (`render-plan.ts`) and its
 * verdict (`refuse-unfit.ts`). Imports `machine/` and `terminal/` only.
 */
import type { RunSettings } from '#trainer/settings/config.ts';
import type { Scoring } from '../machine/describe-machine.ts';
import type { Machine } from '../machine/machine.ts';
import type { DiskPart } from './disk-plan.ts';
import type { ExpectedTime } from './expected-time.ts';
import type { MemoryPlan } from './memory-plan.ts';

/** A setting as the run would have it. */
export interface PlannedSetting {
  readonly name: string;
  readonly value: string;
  /** Who says so, and of what the machine decides, why. */
  readonly source: string;
}

/** What scoring each checkpoint asks for. */
export interface PlannedEvaluation {
  readonly checkpoints: number;
  readonly benchmarks: readonly {
    readonly name: string;
    /** Of one checkpoint; `null`: its problems are not here. */
    readonly completions: number | null;
    readonly mostTokens: number;
    /** New tokens that a completion usually takes, as work is cut by. */
    readonly usualTokens: number;
  }[];
}

export interface RunPlan {
  readonly recipe: string;
  readonly machine: Machine;
  readonly settled: RunSettings;
  readonly settings: readonly PlannedSetting[];
  /** `undefined`: none is named whose config.json says its shape. */
  readonly model: { readonly name: string; readonly parameters: number } | undefined;
  /** `undefined` without the model's shape, or without a GPU for settings on CUDA. */
  readonly memory: MemoryPlan | undefined;
  /** Where it does not fit: ways to make it, as options of the command. */
  readonly ways: readonly (readonly string[])[];
  /** The same with every change that saves memory. */
  readonly leastBytes: number | undefined;
  readonly step: ExpectedTime | undefined;
  readonly disk: { readonly parts: readonly DiskPart[]; readonly freeBytes: number | undefined } | undefined;
  /** `undefined`: nothing is scored by this command. */
  readonly scoring: Scoring | undefined;
  /** What somebody should know before it starts. */
  readonly warnings: readonly string[];
}
