import type { GenerationSpec } from '#shared/records/evaluations.ts';

/**
 * What our decoder has to hold for a generation, a model in a precision, as a name; none where something else makes its
 * completions. Shards of one decoder are made side by side, as rows of one batch.
 */
export function decoderName({
  generator,
  model,
  precision,
}: Pick<GenerationSpec, 'generator' | 'model' | 'precision'>): string | undefined {
  return generator.kind === 'onnx' ? `${model} ${precision}` : undefined;
}
