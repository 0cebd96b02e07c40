/**
 * What a run holds in memory, by part: from the shape of its model and its settings alone. Numbers are bytes of one rank.
 * Each formula says which line of the engine makes it so; docs/guide/gpu.md holds the sum against what was measured.
 */
import { sum } from '#shared/metrics/sum.ts';
import type { RunSettings } from '#trainer/settings/config.ts';
import { hasCritic } from '#trainer/settings/has-critic.ts';
import type { Machine } from '../machine/machine.ts';
import { lastStateBytes, layerBytes, layerGradientBytes, layerInputBytes } from './activation-bytes.ts';
import { decoderPlan } from './decoder-plan.ts';
import { longestSequence } from './longest-sequence.ts';
import {
  BF16,
  FP32,
  type MemoryPart,
  PHASES,
  type Phase,
  PROGRAM_BYTES,
  type Shortage,
  UPDATE,
} from './memory-part.ts';
import { type ParameterCounts, parameterCounts, type Shape } from './parameter-counts.ts';
import { NO_SERVER, type ServerPlan, serverPlan } from './server-plan.ts';

/** As `batching.py` and `logprobs.py` have them. */
const CPU_PASS_TOKENS = 1024;
const CHUNK_LOGITS = { cpu: 2 ** 23, cuda: 2 ** 26 } as const;
const KEPT_LOGITS = 2 ** 25;
/** As `sampler.py` has them. */
const CPU_CACHE_BYTES = 2 ** 31;
const GPU_CACHE_SHARE = 0.25;

export interface MemoryPlan {
  /** Where the parts lie. */
  readonly place: 'gpu' | 'memory';
  readonly parts: readonly MemoryPart[];
  /** The most that must be there at a time. */
  readonly atOnceBytes: number;
  /**
   * All parts of the engine together: what an allocator holds that gives nothing back while there is room, but before a
   * server wakes that shares it.
   */
  readonly heldBytes: number;
  /** While models are loaded, before they are spread over ranks. */
  readonly loadingBytes: number;
  readonly haveBytes: number;
  /** Of the computer beside its GPUs, all ranks together; on a CPU there is nothing beside. */
  readonly host: { readonly needBytes: number; readonly haveBytes: number } | undefined;
  readonly shortages: readonly Shortage[];
}

/**
 * @param startsServers - whether a vLLM that samples is started on the same machine, and does not run elsewhere
 * @throws {Error} for settings on CUDA and a machine without a GPU, which nobody can plan
 */
export function memoryPlan(
  settings: RunSettings,
  shape: Shape,
  machine: Machine,
  startsServers = true,
): MemoryPlan {
  const { device, ranks } = settings.engine;
  const counts = parameterCounts(shape);
  const haveBytes = device === 'cuda' ? smallestGpu(machine, ranks) : machine.memoryBytes;
  const server = besidePlan(settings, shape, machine, startsServers);
  const own = [
    ...stateParts(settings, counts),
    ...passParts(settings, shape, counts),
    ...samplingParts(settings, shape, haveBytes),
  ].filter(({ bytes }) => bytes > 0);
  const shared = device === 'cpu' ? ranks : 1; // ranks on a CPU share one memory
  const inPhase = (parts: readonly MemoryPart[], phase: Phase) =>
    sum(parts.map(({ bytes, during }) => (during.includes(phase) ? bytes : 0)));
  const atOnceBytes = Math.max(
    ...PHASES.map((phase) => shared * (inPhase(own, phase) + PROGRAM_BYTES) + inPhase(server.parts, phase)),
  );
  const loadingBytes = shared * (loading(settings, counts) + PROGRAM_BYTES) + server.loadingBytes;
  const resumeBytes = ranks * 2 * FP32 * counts.total;
  const host =
    device === 'cuda'
      ? { needBytes: Math.max(resumeBytes, server.hostBytes) + PROGRAM_BYTES, haveBytes: machine.memoryBytes }
      : undefined;
  const hostUse =
    resumeBytes >= server.hostBytes ? 'when the run goes on from a checkpoint' : 'while vLLM takes weights';
  const what = device === 'cuda' ? (ranks === 1 ? 'the GPU' : 'each GPU') : 'memory';
  return {
    place: device === 'cuda' ? 'gpu' : 'memory',
    parts: [...own, ...server.parts],
    atOnceBytes,
    heldBytes:
      shared * (sum(own.map(({ bytes }) => bytes)) + PROGRAM_BYTES) + inPhase(server.parts, 'backward'),
    loadingBytes,
    haveBytes,
    host,
    shortages: [
      { what: `${what}, while it trains,`, needBytes: atOnceBytes, haveBytes },
      { what: `${what}, while models are loaded,`, needBytes: loadingBytes, haveBytes },
      ...(host ? [{ what: `the computer's memory, ${hostUse},`, ...host }] : []),
      ...server.shortages,
    ].filter(({ needBytes, haveBytes }) => needBytes > haveBytes),
  };
}

/** Who draws beside the engine. */
function besidePlan(
  settings: RunSettings,
  shape: Shape,
  machine: Machine,
  startsServers: boolean,
): ServerPlan {
  if (settings.sampler.kind === 'onnx') return decoderPlan(settings, shape, machine);
  return startsServers ? serverPlan(settings, shape, machine) : NO_SERVER;
}

/** The least memory among the GPUs that ranks take, which are the first. */
function smallestGpu({ gpus }: Machine, ranks: number): number {
  const taken = gpus.slice(0, ranks).map(({ memoryBytes }) => memoryBytes);
  if (taken.length === 0) throw new Error('settings on CUDA were planned for a machine without a GPU');
  return Math.min(...taken);
}

/** Parameters and what goes with each, spread over ranks: `model.py` loads all in fp32, `optimizer.py` adds two moments. */
function stateParts(settings: RunSettings, { total, head }: ParameterCounts): readonly MemoryPart[] {
  const whole = (numbers: number) => (FP32 * numbers) / settings.engine.ranks;
  const critic = hasCritic(settings) ? total - head : 0; // `critic.py`: its body, and one output
  return [
    { part: 'weights', bytes: whole(total), during: PHASES },
    { part: 'gradient', bytes: whole(total), during: UPDATE },
    { part: 'moments of the optimizer', bytes: whole(2 * total), during: PHASES },
    { part: 'reference', bytes: settings.loss.klCoefficient === 0 ? 0 : whole(total), during: PHASES },
    { part: 'critic with its moments', bytes: whole(3 * critic), during: PHASES },
  ];
}

/** What a pass of the model holds besides, forward and backward (`objective.py`, `logprobs.py`). */
function passParts(settings: RunSettings, shape: Shape, counts: ParameterCounts): readonly MemoryPart[] {
  const { precision, gradientCheckpointing, ranks } = settings.engine;
  const tokens = passTokens(settings, shape);
  const layer = layerBytes(shape, precision) * tokens;
  const kept = gradientCheckpointing ? layerInputBytes(shape) * tokens : layer;
  const again = gradientCheckpointing ? layer : 0;
  return [
    {
      // Autocast keeps a copy of every weight that it casts until the layers are through, and so does a graph
      // (`Compute.layers`); with ranks each gathers and casts all of them.
      part: "bf16 copies of the layers' weights",
      bytes: precision === 'bf16' ? BF16 * shape.layers * counts.layer : 0,
      during: gradientCheckpointing ? ['sampling', 'forward'] : PHASES,
    },
    { part: 'activations of a pass', bytes: shape.layers * kept, during: UPDATE },
    {
      part: 'one layer at work',
      bytes: again + layerGradientBytes(shape, precision) * tokens,
      during: ['backward'],
    },
    { part: 'states behind the last layer', bytes: lastStateBytes(shape) * tokens, during: UPDATE },
    { part: 'logits of a chunk', bytes: logitBytes(settings, shape, tokens), during: UPDATE },
    { part: "gradient of a pass's head", bytes: FP32 * counts.embedding, during: ['backward'] },
    { part: 'gathered from other ranks', bytes: ranks === 1 ? 0 : gatheredBytes(counts), during: UPDATE },
  ];
}

/** Padded tokens of the largest pass: a sequence is never cut (`batching.py`). */
export function passTokens(settings: RunSettings, shape: Shape): number {
  const { tokenBudget, device } = settings.engine;
  return Math.max(
    longestSequence(settings, shape),
    device === 'cpu' ? Math.min(tokenBudget, CPU_PASS_TOKENS) : tokenBudget,
  );
}

/** Logits and masses of a chunk in fp32; few enough are kept for the backward pass (`_Statistics`). */
function logitBytes({ engine }: RunSettings, { vocabulary }: Shape, tokens: number): number {
  const rows = Math.min(tokens, Math.max(1, Math.floor(CHUNK_LOGITS[engine.device] / vocabulary)));
  const kept = tokens * vocabulary <= KEPT_LOGITS ? tokens : rows;
  return FP32 * vocabulary * (rows + kept);
}

/** FSDP (`ranks.py`): what lies outside the layers stays gathered, its gradient beside it; of the layers two and a gradient. */
function gatheredBytes({ embedding, head, layer }: ParameterCounts): number {
  return FP32 * (embedding + 2 * head + 3 * layer);
}

/** Keys and values of a turn's completions and what drawing makes of their logits, where the engine draws. */
function samplingParts(settings: RunSettings, shape: Shape, haveBytes: number): readonly MemoryPart[] {
  const { engine, sampler, prompts, samples } = settings;
  if (sampler.kind !== 'engine') return [];
  const columns = longestSequence(settings, shape);
  const numbers = 2 * shape.layers * shape.kvHeads * shape.headDim; // of one token
  const most = engine.device === 'cpu' ? CPU_CACHE_BYTES : GPU_CACHE_SHARE * haveBytes;
  // It counts fp32, whatever the precision (`cache_bytes_per_token`).
  const turn = Math.min(prompts * samples, Math.max(1, Math.floor(most / (columns * FP32 * numbers))));
  const each = engine.precision === 'bf16' ? BF16 : FP32;
  // Of each logit (`inverse_cdf.py`): itself, its mass and the running sums in fp64; on a GPU as integers in between.
  const drawn = engine.device === 'cpu' ? 20 : 36;
  return [
    { part: "the sampler's keys and values", bytes: turn * columns * each * numbers, during: ['sampling'] },
    { part: 'drawing tokens', bytes: turn * shape.vocabulary * drawn, during: ['sampling'] },
  ];
}

/** `model.py` puts a whole model on each device before `sharded` spreads it; those loaded before are spread already. */
function loading(settings: RunSettings, { total }: ParameterCounts): number {
  const others = (settings.loss.klCoefficient === 0 ? 0 : 1) + (hasCritic(settings) ? 1 : 0);
  return FP32 * total * (1 + others / settings.engine.ranks);
}
