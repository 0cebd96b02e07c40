import { CACHE_SHARE, cacheBytesPerToken } from '#shared/inference/kv-cache.ts';
import { MAX_ROWS } from '#shared/inference/request-limits.ts';
import type { RunSettings } from '#trainer/settings/config.ts';
import type { Machine } from '../machine/machine.ts';
import { longestSequence } from './longest-sequence.ts';
import { FP32, PHASES } from './memory-part.ts';
import { parameterCounts, type Shape } from './parameter-counts.ts';
import { NO_SERVER, type ServerPlan } from './server-plan.ts';

/** What our decoder holds beside an engine for whose run it draws, as `onnx-sampler.ts` opens and closes it. */
export function decoderPlan(settings: RunSettings, shape: Shape, { memoryBytes }: Machine): ServerPlan {
  const { prompts, samples } = settings;
  const weights = FP32 * parameterCounts(shape).total;
  const row = longestSequence(settings, shape) * cacheBytesPerToken(shape);
  const share = CACHE_SHARE * memoryBytes;
  const rows = Math.max(1, Math.min(MAX_ROWS, prompts * samples, Math.floor(share / row)));
  const cache = {
    what: "the decoder's share of memory for keys and values",
    needBytes: row,
    haveBytes: share,
  };
  return {
    ...NO_SERVER,
    parts: [
      { part: 'weights for the decoder', bytes: weights, during: PHASES }, // in the folder that they are published to
      { part: "the decoder's weights", bytes: weights, during: ['sampling'] },
      { part: "the decoder's keys and values", bytes: rows * row, during: ['sampling'] },
    ],
    shortages: row > share ? [cache] : [],
  };
}
