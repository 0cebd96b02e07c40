import { CACHE_SHARE, cacheBytesPerToken } from '#shared/inference/kv-cache.ts';
import { MAX_ROWS } from '#shared/inference/request-limits.ts';
import type { RunSettings } from '#trainer/settings/config.ts';
import type { Machine } from '../machine/machine.ts';
import { longestSequence } from './longest-sequence.ts';
import { FP32, type MemoryPart, PHASES } from './memory-part.ts';
import { parameterCounts, type Shape } from './parameter-counts.ts';

/** What our decoder holds beside an engine for whose run it draws, as `onnx-sampler.ts` opens and closes it. */
export function decoderParts(
  settings: RunSettings,
  shape: Shape,
  { memoryBytes }: Machine,
): readonly MemoryPart[] {
  const { prompts, samples } = settings;
  const weights = FP32 * parameterCounts(shape).total;
  const row = longestSequence(settings, shape) * cacheBytesPerToken(shape);
  const rows = Math.min(MAX_ROWS, prompts * samples, Math.floor((CACHE_SHARE * memoryBytes) / row));
  return [
    { part: 'weights for the decoder', bytes: weights, during: PHASES }, // in the folder that they are published to
    { part: "the decoder's weights", bytes: weights, during: ['sampling'] },
    { part: "the decoder's keys and values", bytes: rows * row, during: ['sampling'] },
  ];
}
