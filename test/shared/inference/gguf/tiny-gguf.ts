import type { Content, Value } from './write-gguf.ts';

const F32 = 0;
const NORMAL = 1;
const CONTROL = 3;

const tokens = ['<s>', '</s>', 'a', 'b', 'ab', 'Ġ'];

/** Metadata of a llama of one layer that is as small as may be. */
export const tinyMetadata: Readonly<Record<string, Value>> = {
  'general.architecture': 'llama',
  'llama.block_count': 1,
  'llama.context_length': 64,
  'llama.embedding_length': 8,
  'llama.feed_forward_length': 12,
  'llama.attention.head_count': 2,
  'llama.attention.head_count_kv': 1,
  'llama.attention.layer_norm_rms_epsilon': { float: 1e-5 },
  'llama.rope.dimension_count': 4,
  'tokenizer.ggml.model': 'gpt2',
  'tokenizer.ggml.pre': 'gpt-2',
  'tokenizer.ggml.tokens': tokens,
  'tokenizer.ggml.token_type': tokens.map((token) => (token.startsWith('<') ? CONTROL : NORMAL)),
  'tokenizer.ggml.merges': ['a b'],
  'tokenizer.ggml.bos_token_id': 0,
  'tokenizer.ggml.eos_token_id': 1,
};

const shapes: Readonly<Record<string, readonly number[]>> = {
  'token_embd.weight': [tokens.length, 8],
  'output_norm.weight': [8],
  'blk.0.attn_norm.weight': [8],
  'blk.0.attn_q.weight': [8, 8],
  'blk.0.attn_k.weight': [4, 8],
  'blk.0.attn_v.weight': [4, 8],
  'blk.0.attn_output.weight': [8, 8],
  'blk.0.ffn_norm.weight': [8],
  'blk.0.ffn_gate.weight': [12, 8],
  'blk.0.ffn_up.weight': [12, 8],
  'blk.0.ffn_down.weight': [8, 12],
};

/** A whole model, with other metadata and tensors where they are given; `undefined` leaves one out. */
export function tinyGguf(
  metadata: Readonly<Record<string, Value | undefined>> = {},
  tensors: Readonly<Record<string, Content['tensors'][string] | undefined>> = {},
): Content {
  const own = Object.entries(shapes).map(([name, shape], index) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i + 1000 * index);
    return [name, { type: F32, shape, data: new Uint8Array(data.buffer) }] as const;
  });
  return {
    metadata: present({ ...tinyMetadata, ...metadata }),
    tensors: present({ ...Object.fromEntries(own), ...tensors }),
  };
}

function present<T>(entries: Readonly<Record<string, T | undefined>>): Readonly<Record<string, T>> {
  const kept = Object.entries(entries).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return Object.fromEntries(kept);
}
