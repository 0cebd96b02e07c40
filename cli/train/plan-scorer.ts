import type { RunConfig, RunSettings } from '#trainer/settings/config.ts';
import {
  automaticGeneration,
  IN_DEPLOYMENT,
  type SettledGeneration,
} from '../evaluate/automatic-generation.ts';
import { AUTO, type Generation, generatorName, ONNX } from '../evaluate/choose-generator.ts';
import type { Machine } from '../machine/machine.ts';
import type { PlannedSetting } from '../plan/run-plan.ts';
import type { AskedRun } from './ask-run.ts';
import { askedGenerator } from './asked-generator.ts';
import { samplerPrecision } from './run-servers.ts';

/** Who is to make the completions of a run's evaluations. */
export interface Scorer {
  /** `undefined`: no checkpoint is scored. */
  readonly setting: PlannedSetting | undefined;
  /** As the machine decides for a run that is new. */
  readonly automatic: SettledGeneration;
}

export interface ScorerWorld {
  readonly machine: Machine;
  /** Of the model; `undefined`: not known. */
  readonly parameters: number | undefined;
  /** A deployment scores. */
  readonly remote: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Plans who scores a run's checkpoints. A vLLM that does is the sampler's where there is one, and computes as that does.
 *
 * @param stored - the run that is there already
 * @throws {KnownError} `endpoints-invalid`
 */
export function planScorer(
  run: AskedRun,
  stored: RunConfig | undefined,
  settled: Pick<RunSettings, 'sampler' | 'engine'>,
  world: ScorerWorld,
): Scorer {
  const automatic = world.remote ? IN_DEPLOYMENT : scorerHere(settled, world);
  if (!isScored(run)) return { setting: undefined, automatic };
  const asked = askedGenerator(run);
  const setting = (value: string, source: string) => ({
    setting: { name: 'evaluation.generator', value, source },
    automatic,
  });
  if (asked.by === 'command') return setting(asked.name, asked.by);
  if (asked.by === 'fork') return setting(generatorName(asked.generation), asked.by);
  const before: Generation | undefined = stored?.evaluation?.generation;
  if (before) return setting(generatorName(before), `${AUTO}: as the run began`);
  return setting(generatorName(automatic.generation), `${AUTO}: ${automatic.reason}`);
}

/** What to tell who has a GPU that scores do not use, though nobody said that they should not. @param name - who scores */
export function scoringAdvice(
  run: AskedRun,
  name: string | undefined,
  { advice }: SettledGeneration,
): readonly string[] {
  return name === 'onnx' && advice !== undefined && askedGenerator(run).by === AUTO ? [advice] : [];
}

function scorerHere(
  { sampler, engine }: Pick<RunSettings, 'sampler' | 'engine'>,
  { machine, parameters, env }: ScorerWorld,
): SettledGeneration {
  const precision =
    sampler.kind === 'vllm' && machine.vllm ? samplerPrecision(sampler, machine.vllm) : 'fp32';
  const found = automaticGeneration(machine, { parameters, precision }, env);
  // An engine that draws gives nothing of its GPU back between steps.
  const isTaken =
    engine.device === 'cuda' && sampler.kind === 'engine' && machine.gpus.length <= engine.ranks;
  if (!isTaken || found.generation === ONNX) return found;
  const reason = 'the engine draws completions on the only GPU';
  const advice = `Evaluated completions are made on CPU threads, for ${reason}: --sampler vllm would share it, in turns.`;
  return { generation: ONNX, reason, advice };
}

function isScored({ recipe, origin, overrides }: AskedRun): boolean {
  const benchmarks = overrides.evaluation?.benchmarks ?? recipe?.evaluation.benchmarks;
  return benchmarks ? benchmarks.length > 0 : origin !== undefined && origin.config.evaluation !== null;
}
