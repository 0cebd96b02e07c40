import type { AutomaticName, AutomaticValues } from '#trainer/settings/automatic.ts';
import { onnxCanSample } from '#trainer/settings/check-sampler.ts';
import { type RunSettings, SamplerSettings } from '#trainer/settings/config.ts';
import { hasCuda, type Machine } from './machine.ts';
import type { Reasoned } from './reasoned.ts';
import { usableVllm } from './usable-vllm.ts';

/** Below it a GPU gains nothing from bf16: at 135 million it loses a third (docs/performance.md, "On a GPU"). */
const BF16_PARAMETERS = 500e6;
/** The first GPUs whose matrix units multiply bf16. */
const BF16_CAPABILITY = 8;
/** Below it a pass is too small to be shared among threads; the miniature world's models have half a million. */
const THREADED_PARAMETERS = 10e6;
/** Below it our decoder draws faster than the engine, whatever the step (docs/performance.md, "Who draws on a CPU"). */
const DECODER_PARAMETERS = 5e6;

export interface Circumstances {
  /** Settings in which those that are automatic do not count. */
  readonly settings: Pick<RunSettings, 'engine' | 'sampler' | 'sampling'>;
  readonly automatic: ReadonlySet<AutomaticName>;
  /** Of the model; `undefined`: not known, taken for large. */
  readonly parameters?: number | undefined;
  /** Threads that evaluations take beside the training. */
  readonly busyThreads: number;
}

export interface Choice {
  readonly values: AutomaticValues;
  /** Why each is as it is. */
  readonly reasons: Readonly<Record<AutomaticName, string>>;
}

/** What a run is to compute on where nobody said so. */
export function chooseAutomatic(machine: Machine, circumstances: Circumstances): Choice {
  const { settings, automatic, parameters = Number.POSITIVE_INFINITY, busyThreads } = circumstances;
  const device = automatic.has('engine.device') ? chooseDevice(machine) : said(settings.engine.device);
  const precision = automatic.has('engine.precision')
    ? choosePrecision(machine, device.value, parameters)
    : said(settings.engine.precision);
  const threads = chooseThreads(machine, parameters, busyThreads);
  const engine = { ...settings.engine, device: device.value, precision: precision.value };
  const sampler = chooseSampler(machine, engine, settings.sampling, parameters);
  return {
    values: {
      device: device.value,
      precision: precision.value,
      threads: threads.value,
      sampler: SamplerSettings.parse({ kind: sampler.value }),
    },
    reasons: {
      'engine.device': device.reason,
      'engine.precision': precision.reason,
      'engine.threads': threads.reason,
      'sampler.kind': sampler.reason,
    },
  };
}

const said = <Value>(value: Value): Reasoned<Value> => ({ value, reason: '' });

function chooseDevice(machine: Machine): Reasoned<RunSettings['engine']['device']> {
  const { gpus, torch } = machine;
  if (hasCuda(machine)) return { value: 'cuda', reason: `${gpus[0]?.name} is here` };
  if (gpus.length === 0) return { value: 'cpu', reason: 'no GPU is here' };
  return { value: 'cpu', reason: `torch ${torch?.version} finds no GPU` };
}

function choosePrecision(
  { gpus }: Machine,
  device: RunSettings['engine']['device'],
  parameters: number,
): Reasoned<RunSettings['engine']['precision']> {
  if (device === 'cpu') return { value: 'fp32', reason: 'on a CPU' };
  const capability = gpus[0]?.capability ?? null;
  if (capability === null || Number(capability) < BF16_CAPABILITY)
    return {
      value: 'fp32',
      reason: `the GPU has compute capability ${capability ?? 'unknown'}, bf16 wants 8.0`,
    };
  if (parameters < BF16_PARAMETERS)
    return { value: 'fp32', reason: 'the model is too small to gain from bf16' };
  return { value: 'bf16', reason: `the GPU has compute capability ${capability}` };
}

function chooseThreads({ cores }: Machine, parameters: number, busyThreads: number): Reasoned<number> {
  if (parameters < THREADED_PARAMETERS) return { value: 1, reason: 'the model is too small for more' };
  return {
    value: Math.max(1, cores - busyThreads),
    reason: `${cores} ${cores === 1 ? 'core' : 'cores'}, ${busyThreads} for evaluations`,
  };
}

function chooseSampler(
  machine: Machine,
  engine: RunSettings['engine'],
  sampling: RunSettings['sampling'],
  parameters: number,
): Reasoned<RunSettings['sampler']['kind']> {
  if (engine.ranks > 1)
    return { value: onnxCanSample(engine) ? 'onnx' : 'vllm', reason: 'the engine samples on one rank alone' };
  if (parameters < DECODER_PARAMETERS && onnxCanSample(engine))
    return { value: 'onnx', reason: 'on a CPU, where the decoder draws faster from a small model' };
  if (engine.device === 'cpu') return { value: 'engine', reason: 'on a CPU' };
  if (sampling.topP < 1) return { value: 'engine', reason: 'the vllm sampler takes no top-p below 1' };
  const { value: vllm, reason } = usableVllm(machine);
  return { value: vllm ? 'vllm' : 'engine', reason };
}
