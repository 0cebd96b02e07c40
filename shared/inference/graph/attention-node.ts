import { float, type GraphBuilder, int, microsoft, oneshot } from './graph-builder.ts';

export interface AttentionNode {
  readonly layer: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** That scores are scaled by; a head may be padded beyond it in the cache. */
  readonly headDim: number;
  /** Names of queries, keys and values, or of all three in one and two empty ones. */
  readonly queryKeyValue: readonly string[];
  /** Name of the output. */
  readonly mixed: string;
  /** Where it is our operator (`shared/inference/native`) that computes it, with the library's bits: the threads that share it. */
  readonly ownThreads: number | undefined;
}

/** Name of what a layer leaves in the cache, as an input and as an output. */
export const cacheNames = (layer: number) => [named('key', layer), named('value', layer)] as const;

const named = (name: string, layer: number) => ({
  past: `${name}.${layer}`,
  present: `${name}.${layer}.next`,
});

/** Adds attention over a layer's cache, into which the new tokens' keys and values go; answers the name of its output. */
export function attentionNode(graph: GraphBuilder, node: AttentionNode): string {
  const [key, value] = cacheNames(node.layer);
  const shape = {
    num_heads: int(node.heads),
    kv_num_heads: int(node.kvHeads),
    scale: float(1 / Math.sqrt(node.headDim)),
  };
  const { ownThreads } = node;
  const kind =
    ownThreads === undefined
      ? { ...microsoft, attributes: { ...shape, do_rotary: int(1), rotary_interleaved: int(0) } }
      : { ...oneshot, attributes: { ...shape, threads: int(ownThreads) } };
  return graph.op(
    ownThreads === undefined ? 'GroupQueryAttention' : 'Attention',
    [...node.queryKeyValue, key.past, value.past, 'lengths', 'longest', 'cos', 'sin'],
    { ...kind, outputs: [node.mixed, key.present, value.present] },
  );
}
