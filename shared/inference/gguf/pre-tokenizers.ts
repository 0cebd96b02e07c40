/**
 * How a byte-level tokenizer cuts text before it merges, by the name that llama.cpp gives it in `tokenizer.ggml.pre`: as
 * `tokenizer.json` of the models writes it.
 * @see https://github.com/ggml-org/llama.cpp/blob/master/src/llama-vocab.cpp
 */

export interface PreTokenizer {
  readonly normalizer: unknown;
  readonly preTokenizer: unknown;
  /** A piece that is a token is taken whole, whatever the merges say. */
  readonly ignoreMerges: boolean;
  /** Where the file does not say whether texts begin with the token of their beginning. */
  readonly addsBos: boolean;
}

const split = (regex: string) => ({
  type: 'Split',
  pattern: { Regex: regex },
  behavior: 'Isolated',
  invert: false,
});
const bytes = (cutsWords: boolean) => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: cutsWords,
});
const sequence = (...pretokenizers: readonly unknown[]) => ({ type: 'Sequence', pretokenizers });
const plain = { normalizer: null, ignoreMerges: false, addsBos: false } as const;

/** Contractions, words, digits in groups of at most so many, other signs, line ends, spaces. */
const words = (digits: string) =>
  split(
    `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|` +
      '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+',
  );

const gpt2: PreTokenizer = { ...plain, preTokenizer: bytes(true) };
const smollm: PreTokenizer = {
  ...plain,
  preTokenizer: sequence({ type: 'Digits', individual_digits: true }, bytes(true)),
};
const qwen2: PreTokenizer = {
  ...plain,
  normalizer: { type: 'NFC' },
  preTokenizer: sequence(words(''), bytes(false)),
};
const llama3: PreTokenizer = {
  ...plain,
  preTokenizer: sequence(words('{1,3}'), bytes(false)),
  ignoreMerges: true,
  addsBos: true,
};
/** What llama.cpp does where it does not know a model's own way. */
const unnamed: PreTokenizer = {
  ...plain,
  preTokenizer: sequence(
    split('[\\p{P}\\$\\+<=>\\^~\\|]+'),
    split("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)"),
    split('\\p{N}+'),
    split('[0-9][0-9][0-9]'),
    bytes(false),
  ),
};

export const preTokenizers = {
  default: unnamed,
  'gpt-2': gpt2,
  smollm,
  qwen2,
  'deepseek-r1-qwen': qwen2,
  'llama-bpe': llama3,
  llama3,
  'llama-v3': llama3,
} as const satisfies Readonly<Record<string, PreTokenizer>>;
