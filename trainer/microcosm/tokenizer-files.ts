import { SPECIAL_TOKENS, vocabulary } from '#shared/benchmarks/microcosm/vocabulary.ts';

const [PAD, EOS] = SPECIAL_TOKENS;
const id = (token: string) => vocabulary.indexOf(token);

/** The shape of the microcosm's models: Qwen2 with 465,280 parameters. */
export const SHAPE = {
  layers: 3,
  width: 128,
  heads: 4,
  kvHeads: 2,
  mlp: 256,
  context: 128,
} as const;

/**
 * The JSON files of a microcosm model, by name: config, generation config and a word-level tokenizer (BPE without
 * merges over white space, which every library reads alike).
 */
export function microcosmFiles(): Readonly<Record<string, object>> {
  return {
    'config.json': config(),
    'generation_config.json': { eos_token_id: id(EOS), pad_token_id: id(PAD) },
    'tokenizer.json': tokenizer(),
    'tokenizer_config.json': {
      tokenizer_class: 'PreTrainedTokenizerFast',
      eos_token: EOS,
      pad_token: PAD,
      model_max_length: SHAPE.context,
      clean_up_tokenization_spaces: false,
      chat_template: '{% for message in messages %}<q> {{ message.content }} <a>{% endfor %}',
    },
  };
}

function config(): object {
  return {
    architectures: ['Qwen2ForCausalLM'],
    model_type: 'qwen2',
    vocab_size: vocabulary.length,
    hidden_size: SHAPE.width,
    intermediate_size: SHAPE.mlp,
    num_hidden_layers: SHAPE.layers,
    num_attention_heads: SHAPE.heads,
    num_key_value_heads: SHAPE.kvHeads,
    hidden_act: 'silu',
    max_position_embeddings: SHAPE.context,
    rms_norm_eps: 1e-6,
    rope_theta: 10_000,
    tie_word_embeddings: true,
    use_sliding_window: false,
    attention_dropout: 0,
    initializer_range: 0.02,
    eos_token_id: id(EOS),
    pad_token_id: id(PAD),
    dtype: 'float32',
  };
}

function tokenizer(): object {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map((content) => ({
      id: id(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: true,
      vocab: Object.fromEntries(vocabulary.map((token, index) => [token, index])),
      merges: [],
    },
  };
}
