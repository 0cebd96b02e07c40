import type { Turn } from '../ports/generator.ts';
import type { Completion } from './completion.ts';
import type { Decoder } from './decoder.ts';
import type { KvCache } from './kv-cache.ts';
import type { ModelConfig } from './model-config.ts';

/** A completion that can become a row of a batch. */
export interface Admitted {
  readonly completion: Completion;
  readonly cache: KvCache;
  /** Of the cache. */
  readonly row: number;
  /** For its first token; none where it goes on after its last. */
  readonly logits?: Float32Array;
}

/**
 * Completions whose next token can be drawn or run, one by one. First come those whose cache is stored. Those of equal prompts
 * follow each other and share a prefill, and as many prompts go through the model together as there are rows for.
 *
 * @param freeRows - at the moment
 */
export async function* admissions(
  completions: readonly Completion[],
  decoder: Decoder,
  freeRows: () => number,
  onRun: Turn['onRun'],
): AsyncGenerator<Admitted, void> {
  const others: Completion[] = [];
  for (const completion of completions) {
    const cache = await completion.storedCache(decoder.config);
    if (cache) yield { completion, cache, row: 0 };
    else others.push(completion);
  }
  const groups = [...Map.groupBy(others, ({ prompt }) => prompt.join()).values()];
  while (groups.length > 0) {
    let wanted = 0;
    const count = groups.findIndex((group) => {
      wanted += group.length;
      return wanted >= freeRows();
    });
    const taken = groups.splice(0, count < 0 ? groups.length : count + 1);
    const start = performance.now();
    const { cache, logits } = await decoder.prefill(taken.map(([first]) => (first as Completion).prompt));
    onRun('prompts', (performance.now() - start) / 1000);
    for (const [row, group] of taken.entries())
      for (const completion of group)
        yield { completion, cache, row, logits: rowOf(logits, row, decoder.config) };
  }
}

/** Of values of the vocabulary, side by side: those of one row. */
export function rowOf(values: Float32Array, row: number, { vocabulary }: ModelConfig): Float32Array {
  return values.subarray(row * vocabulary, (row + 1) * vocabulary);
}
