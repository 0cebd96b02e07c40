import { type GraphBuilder, int, oneshot } from './graph-builder.ts';

/**
 * Adds what tokens are drawn by, of `logits` [N, V] and `inverse_temperatures` [N, 1], by operators of the library or by ours: here it
 * takes several threads a fraction of what one takes elsewhere. The outputs are `best`, `total` and `shares`; `total` is added in another
 * order by ours, and only whether it is finite counts.
 */
export function digestLogits(graph: GraphBuilder, isOwn: boolean): void {
  if (isOwn) {
    const outputs = ['best', 'total', 'shares'];
    graph.op('Digest', ['logits', 'inverse_temperatures'], { ...oneshot, outputs });
    return;
  }
  const attributes = { axis: int(-1) };
  graph.op('ArgMax', ['logits'], { attributes: { ...attributes, keepdims: int(0) }, outputs: ['best'] });
  const inputs = ['logits', graph.shape([-1])];
  graph.op('ReduceSum', inputs, { attributes: { keepdims: int(0) }, outputs: ['total'] });
  const scaled = graph.op('Mul', ['logits', 'inverse_temperatures']);
  graph.op('Softmax', [scaled], { attributes, outputs: ['shares'] });
}
