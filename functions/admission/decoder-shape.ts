import { z } from 'zod';
import { jsonOrUndefined } from '#shared/encoding/json-or-undefined.ts';
import { WEIGHT_PRECISIONS, type WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { GenerationSpec } from '#shared/records/evaluations.ts';
import type { ModelManifest } from '#shared/records/models.ts';
import { keys } from '#shared/storage/keys.ts';

/** What decides memory and speed of a decoder. */
export interface DecoderShape {
  readonly layers: number;
  readonly width: number;
  /** Numbers of a token's keys in one layer, and of its values. */
  readonly keyValueWidth: number;
  /** Parameters of the layers, of the head that each token is drawn by, and of the table of embeddings where it is another. */
  readonly body: number;
  readonly head: number;
  readonly embeddings: number;
}

/** A model as the decoder loads it. */
export interface DecoderLoad {
  readonly shape: DecoderShape;
  readonly precision: WeightPrecision;
  /** Of its policy files. */
  readonly fileBytes: number;
  /** Of the file of a precision of less bits, where a worker has stored it; else the first worker rounds the weights. */
  readonly roundedBytes?: number;
}

const count = z.number().int().positive();
/** As much of a `config.json` as sizes take; whether the decoder computes such a model is seen when it is loaded. */
const Sizes = z.object({
  num_hidden_layers: count,
  hidden_size: count,
  intermediate_size: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  vocab_size: count,
  tie_word_embeddings: z.boolean().default(false),
});

/** Most models are stored in 16 bits. */
const STORED_BYTES = 2;

/** What a generation makes the decoder load. */
export async function decoderLoad(
  { precision }: Pick<GenerationSpec, 'precision'>,
  { files }: Pick<ModelManifest, 'files'>,
  store: ObjectStore,
): Promise<DecoderLoad> {
  const fileBytes = sum(Object.values(files).map(({ sizeBytes }) => sizeBytes));
  const config = files['config.json'] && (await store.get(keys.blob(files['config.json'].sha256)));
  const sizes = Sizes.safeParse(config && jsonOrUndefined(new TextDecoder().decode(config))).data;
  return {
    shape: sizes ? shapeOf(sizes) : plainShape(fileBytes),
    precision: WEIGHT_PRECISIONS.find((each) => each === precision) ?? 'fp32',
    fileBytes,
  };
}

function shapeOf(sizes: z.infer<typeof Sizes>): DecoderShape {
  const { hidden_size: width, num_attention_heads: heads, num_hidden_layers: layers } = sizes;
  const headDim = sizes.head_dim ?? width / heads;
  const keyValueWidth = (sizes.num_key_value_heads ?? heads) * headDim;
  const attention = 2 * width * heads * headDim + 2 * width * keyValueWidth;
  const table = sizes.vocab_size * width;
  return {
    layers,
    width,
    keyValueWidth,
    body: layers * (attention + 3 * width * sizes.intermediate_size),
    head: table,
    embeddings: sizes.tie_word_embeddings ? 0 : table,
  };
}

/** Of a model that tells nothing but its size. */
function plainShape(fileBytes: number): DecoderShape {
  return {
    ...{ layers: 0, width: 0, keyValueWidth: 0, head: 0, embeddings: 0 },
    body: fileBytes / STORED_BYTES,
  };
}
