import type { RunSettings } from '#trainer/settings/config.ts';
import type { Shape } from './parameter-counts.ts';

/**
 * Bytes that one token of a pass keeps in one layer for the backward pass, as torch counts them
 * (`test/golden/activations.json`): the residual stream and what the norms make of it in fp32; queries, keys, values,
 * their mixture and the four tensors of the MLP in what the layers multiply in. In bf16 each of six products keeps an
 * input of its own that was cast for it.
 */
export function layerBytes(
  { hidden, intermediate, heads, kvHeads, headDim }: Shape,
  precision: RunSettings['engine']['precision'],
): number {
  const keys = kvHeads * headDim;
  const statistics = 4 * heads + 8; // log-sum-exp of each head, and a root for each norm
  return precision === 'bf16'
    ? 30 * hidden + 4 * keys + 8 * intermediate + statistics
    : 32 * hidden + 8 * keys + 16 * intermediate + statistics;
}

/** The same with gradient checkpointing: the layer's input, in fp32. */
export function layerInputBytes({ hidden }: Shape): number {
  return 4 * hidden;
}

/** Bytes a token of what stands behind the last layer: its norm's input, what that makes of it, states and their gradient. */
export function lastStateBytes({ hidden }: Shape): number {
  return 16 * hidden;
}

/** Bytes a token while a layer is differentiated: gradients of the MLP's three tensors and of the residual stream. */
export function layerGradientBytes(
  { hidden, intermediate }: Shape,
  precision: RunSettings['engine']['precision'],
): number {
  return 3 * intermediate * (precision === 'bf16' ? 2 : 4) + 3 * 4 * hidden;
}
