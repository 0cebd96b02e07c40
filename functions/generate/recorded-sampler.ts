import type { ObjectStore } from '#shared/ports/object-store.ts';
import { readRecording } from '#shared/storage/recording.ts';
import type { Sampler } from './sampler.ts';

/**
 * Takes completions that were made elsewhere from a blob.
 *
 * @param blob - sha256 of JSON lines
 */
export function recordedSampler(blob: string, store: ObjectStore): Sampler {
  return {
    policy: 'claimed',
    batch: Number.POSITIVE_INFINITY,
    complete: (items) => readRecording(store, blob, items),
  };
}
