import type { RunSettings } from '#trainer/settings/config.ts';
import type { Machine } from '../machine/machine.ts';
import { longestSequence } from './longest-sequence.ts';
import { BF16, FP32, type MemoryPart, PHASES, PROGRAM_BYTES, type Shortage, UPDATE } from './memory-part.ts';
import { parameterCounts, type Shape } from './parameter-counts.ts';

/** Of a GPU's memory: what a vLLM takes that shares it with the engine, and one that has it alone (`cli/vllm/start-servers.ts`). */
const SHARED_SHARE = 0.45;
const WHOLE_SHARE = 0.9;

/** What a vLLM that samples for a run holds of the memory that the engine computes in, and beside it. */
export interface ServerPlan {
  /** While it is awake it fills its share with keys and values; asleep it leaves its program there. */
  readonly parts: readonly MemoryPart[];
  /** Of the same memory while the engine loads models: the server starts first, and is awake. */
  readonly loadingBytes: number;
  /** Of the computer's memory: the weights of a server that sleeps, and those that are handed to it. */
  readonly hostBytes: number;
  /** Where its weights and one completion do not fit. */
  readonly shortages: readonly Shortage[];
}

export const NO_SERVER: ServerPlan = { parts: [], loadingBytes: 0, hostBytes: 0, shortages: [] };

/** The server of a run by what `placeServers` makes of the machine: on GPUs of its own, on the engine's in turns, or on CPUs. */
export function serverPlan(settings: RunSettings, shape: Shape, { gpus }: Machine): ServerPlan {
  const { engine, sampler } = settings;
  if (sampler.kind !== 'vllm') return NO_SERVER;
  const each = (sampler.dtype ?? (gpus.length > 0 ? 'bf16' : 'fp32')) === 'bf16' ? BF16 : FP32;
  const weights = each * parameterCounts(shape).total;
  if (gpus.length === 0) {
    return {
      ...NO_SERVER,
      parts: [{ part: 'vLLM: weights', bytes: weights, during: PHASES }],
      hostBytes: weights,
    };
  }
  const engineGpus = engine.device === 'cuda' ? engine.ranks : 0;
  const isShared = engineGpus > 0 && gpus.length <= engineGpus;
  const memoryBytes = (isShared ? gpus[0] : gpus[engineGpus])?.memoryBytes ?? 0;
  const share = (isShared ? SHARED_SHARE : WHOLE_SHARE) * memoryBytes;
  const sequence = longestSequence(settings, shape) * 2 * shape.layers * shape.kvHeads * shape.headDim * each;
  const shortages = [
    {
      what: `vLLM's share of ${isShared ? "the engine's" : 'its'} GPU`,
      needBytes: weights + sequence,
      haveBytes: share,
    },
  ].filter(({ needBytes, haveBytes }) => needBytes > haveBytes);
  if (!isShared) return { ...NO_SERVER, hostBytes: weights, shortages };
  return {
    parts: [
      { part: 'vLLM: weights', bytes: weights, during: ['sampling'] },
      { part: 'vLLM: keys and values', bytes: Math.max(0, share - weights), during: ['sampling'] },
      { part: 'vLLM, asleep', bytes: PROGRAM_BYTES, during: UPDATE },
    ],
    loadingBytes: share,
    hostBytes: 2 * weights,
    shortages,
  };
}
