import { type Decoder, loadDecoder } from '#shared/inference/decoder.ts';
import { type Divergence, DivergenceSum } from './divergence.ts';

const ROUNDED = ['int8', 'int4'] as const;
/** Prompts that are read side by side. */
const ROWS = 10;

/** Reads prompts token by token in every precision. */
export async function ourDivergences(
  model: string,
  prompts: readonly (readonly number[])[],
  threads: number,
): Promise<Record<(typeof ROUNDED)[number], Divergence>> {
  const decoders: Decoder[] = [];
  for (const precision of ['fp32', ...ROUNDED] as const)
    decoders.push(await loadDecoder(model, { threads, precision }));
  const sums = ROUNDED.map(() => new DivergenceSum());
  for (let first = 0; first < prompts.length; first += ROWS)
    await compare(decoders, prompts.slice(first, first + ROWS), sums);
  for (const decoder of decoders) await decoder.release();
  return Object.fromEntries(ROUNDED.map((name, i) => [name, sums[i]?.divergence])) as Record<
    (typeof ROUNDED)[number],
    Divergence
  >;
}

async function compare(
  decoders: readonly Decoder[],
  prompts: readonly (readonly number[])[],
  sums: readonly DivergenceSum[],
): Promise<void> {
  const longest = Math.max(...prompts.map(({ length }) => length));
  const readers = await Promise.all(
    decoders.map(async (decoder) => {
      const prefilled = await decoder.prefill(prompts.map((prompt) => prompt.slice(0, 1)));
      const batch = decoder.batch(prompts.length, longest);
      for (const row of prompts.keys()) batch.add(prefilled, row);
      return { batch, logits: prefilled.logits, vocabulary: decoder.config.vocabulary };
    }),
  );
  for (let position = 0; position < longest; position++) {
    if (position > 0)
      for (const reader of readers)
        ({ logits: reader.logits } = await reader.batch.step(prompts.map((prompt) => prompt[position] ?? 0)));
    for (const [row, { length }] of prompts.entries()) {
      if (position >= length) continue;
      const [exact, ...rounded] = readers.map(({ logits, vocabulary }) =>
        logits.subarray(row * vocabulary, (row + 1) * vocabulary),
      );
      for (const [i, sum] of sums.entries()) sum.add(exact as Float32Array, rounded[i] as Float32Array);
    }
  }
  for (const { batch } of readers) batch.release();
}
