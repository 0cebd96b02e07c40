import { EMBEDDING } from '../model-tensors.ts';
import { attended, normalisedHeads, rotated } from './calibration-attention.ts';
import { TEXT_TOKENS } from './calibration-tokens.ts';
import { type MatrixSource, rowOf, vectorOf, weightOf } from './matrix-source.ts';
import { normalised, products, scaled, sum, type TokenColumns } from './token-columns.ts';

/** What each of some matrices of `matricesOf` reads of each text, before the gains of a norm: [K, TEXT_TOKENS]. */
export type MatrixInputs = Map<string, readonly TokenColumns[]>;

/**
 * Computes a model over a few texts in fp64 and plain arithmetic: every machine comes to the same numbers. Each matrix is read once.
 *
 * @param texts - `TEXT_TOKENS` tokens each
 * @returns the inputs of each layer's matrices, then that of the head
 */
export async function* calibrationPass(
  source: MatrixSource,
  texts: readonly (readonly number[])[],
): AsyncGenerator<MatrixInputs> {
  const { config } = source;
  let residuals = await Promise.all(texts.map((tokens) => embedded(tokens, source)));
  const norm = () => residuals.map((residual) => normalised(residual, config.rmsNormEps));
  const add = (others: readonly TokenColumns[]) => {
    residuals = residuals.map((residual, i) => sum(residual, others[i] as TokenColumns));
  };
  for (let layer = 0; layer < config.layers; layer++) {
    const inputs: MatrixInputs = new Map();
    const prefix = `model.layers.${layer}`;
    add(await attention(prefix, norm(), source, inputs));
    add(await feedForward(prefix, norm(), source, inputs));
    yield inputs;
  }
  yield new Map([['lm_head', norm()]]);
}

async function embedded(tokens: readonly number[], source: MatrixSource): Promise<TokenColumns> {
  const { hidden } = source.config;
  const columns = new Float64Array(hidden * TEXT_TOKENS);
  for (const [token, id] of tokens.entries())
    for (const [i, value] of (await rowOf(weightOf(EMBEDDING, source), id, source)).entries())
      columns[i * TEXT_TOKENS + token] = value;
  return columns;
}

async function attention(
  layer: string,
  normed: readonly TokenColumns[],
  source: MatrixSource,
  inputs: MatrixInputs,
): Promise<readonly TokenColumns[]> {
  const { config } = source;
  const prefix = `${layer}.self_attn`;
  inputs.set(`${prefix}.qkv_proj`, normed);
  const gains = await vectorOf(`${layer}.input_layernorm.weight`, source);
  const gained = normed.map((columns) => scaled(columns, gains));
  const queries = await placed(`${prefix}.q`, await products(`${prefix}.q_proj`, gained, source), source);
  const keys = await placed(`${prefix}.k`, await products(`${prefix}.k_proj`, gained, source), source);
  const values = await products(`${prefix}.v_proj`, gained, source);
  const mixed = values.map((value, i) =>
    attended([queries[i] as TokenColumns, keys[i] as TokenColumns, value], config),
  );
  inputs.set(`${prefix}.o_proj`, mixed);
  return products(`${prefix}.o_proj`, mixed, source);
}

/** Queries or keys, normalised where the model does so, turned by their positions. */
async function placed(
  prefix: string,
  heads: readonly TokenColumns[],
  source: MatrixSource,
): Promise<readonly TokenColumns[]> {
  const { config } = source;
  if (!config.qkNorm) return heads.map((each) => rotated(each, config));
  const gains = await vectorOf(`${prefix}_norm.weight`, source);
  return heads.map((each) => rotated(normalisedHeads(each, gains, config), config));
}

async function feedForward(
  layer: string,
  normed: readonly TokenColumns[],
  source: MatrixSource,
  inputs: MatrixInputs,
): Promise<readonly TokenColumns[]> {
  const prefix = `${layer}.mlp`;
  inputs.set(`${prefix}.gate_up_proj`, normed);
  const gains = await vectorOf(`${layer}.post_attention_layernorm.weight`, source);
  const gained = normed.map((columns) => scaled(columns, gains));
  const gates = await products(`${prefix}.gate_proj`, gained, source);
  const ups = await products(`${prefix}.up_proj`, gained, source);
  const inner = gates.map((gate, text) =>
    gate.map((value, i) => (value / (1 + Math.exp(-value))) * ((ups[text] as TokenColumns)[i] as number)),
  );
  inputs.set(`${prefix}.down_proj`, inner);
  return products(`${prefix}.down_proj`, inner, source);
}
