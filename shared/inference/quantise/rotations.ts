import type { ModelConfig } from '../model-config.ts';
import { Rotation } from './rotation.ts';

/** Elements of the feed-forward's inner values that are turned together, while the model runs. */
const LARGEST_INNER = 16;

/**
 * How a model is turned before its weights are rounded to int8. What it computes stays: each turn of a value is taken back by the
 * matrix that reads it.
 *
 * | values | turned by | taken back by |
 * | --- | --- | --- |
 * | residual stream | the embeddings, as they are looked up; rows of `o_proj` and `down_proj` | columns of `qkv_proj`, `gate_up_proj`, `lm_head`, with the gains of the norm before them |
 * | values of each head | rows of `v_proj` | columns of `o_proj` |
 * | inner values of the feed-forward, in blocks | a product as the model runs | columns of `down_proj` |
 */
export interface Rotations {
  readonly residual: Rotation;
  readonly head: Rotation;
  readonly inner: Rotation;
}

export function rotationsOf({ hidden, headDim, intermediate }: ModelConfig): Rotations {
  return {
    residual: new Rotation(hidden),
    head: new Rotation(headDim),
    inner: new Rotation(Math.min(LARGEST_INNER, intermediate & -intermediate)),
  };
}
