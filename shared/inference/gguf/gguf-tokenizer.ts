import { z } from 'zod';
import { unsupportedGguf } from './invalid-gguf.ts';
import { metadataPart } from './metadata-part.ts';
import { preTokenizers } from './pre-tokenizers.ts';
import type { GgufFile } from './read-gguf.ts';

/** ggml's kinds of tokens that matter here. */
const CONTROL = 3;
const USER_DEFINED = 4;
const UNUSED = 5;

const id = z.number().int().nonnegative();

const Vocabulary = z.object({
  model: z.literal('gpt2'),
  pre: z.enum(Object.keys(preTokenizers) as (keyof typeof preTokenizers)[]),
  tokens: z.array(z.string()).min(1),
  token_type: z.array(z.number()),
  merges: z.array(z.string()),
  bos_token_id: id.optional(),
  eos_token_id: id.optional(),
  eot_token_id: id.optional(),
  eom_token_id: id.optional(),
  padding_token_id: id.optional(),
  unknown_token_id: id.optional(),
  add_bos_token: z.boolean().optional(),
  add_eos_token: z.boolean().optional(),
});
type Vocabulary = z.infer<typeof Vocabulary>;
type IdKey = Extract<keyof Vocabulary, `${string}_token_id`>;

const Chat = z.object({ chat_template: z.string().optional() });

const PREFIX = 'tokenizer.ggml.';

/** What a Hugging Face folder holds of a tokenizer. */
export interface TokenizerFiles {
  readonly tokenizer: unknown;
  readonly tokenizerConfig: unknown;
  /** For `config.json` and `generation_config.json`. */
  readonly ids: Readonly<Record<string, number | readonly number[] | undefined>>;
}

/**
 * The tokenizer of a GGUF file: byte-level BPE, whose merges are those of the file and whose cuts are those of its `pre`.
 *
 * @throws {KnownError} `gguf-unsupported`, which names the field
 */
export function ggufTokenizer(file: GgufFile): TokenizerFiles {
  const vocabulary = metadataPart(file, PREFIX, Vocabulary);
  checkVocabulary(vocabulary);
  const { chat_template } = metadataPart(file, 'tokenizer.', Chat);
  const text = (key: IdKey) => vocabulary.tokens[vocabulary[key] ?? -1];
  return {
    tokenizer: tokenizerJson(vocabulary),
    tokenizerConfig: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      clean_up_tokenization_spaces: false,
      bos_token: text('bos_token_id'),
      eos_token: text('eos_token_id'),
      pad_token: text('padding_token_id'),
      unk_token: text('unknown_token_id'),
      chat_template,
    },
    ids: {
      bos_token_id: vocabulary.bos_token_id,
      eos_token_id: endIds(vocabulary),
      pad_token_id: vocabulary.padding_token_id,
    },
  };
}

/** Every token that the file says ends a text, a turn or a message. */
function endIds({
  eos_token_id,
  eot_token_id,
  eom_token_id,
}: Vocabulary): number | readonly number[] | undefined {
  const ids = [...new Set([eos_token_id, eot_token_id, eom_token_id])].filter((end) => end !== undefined);
  return ids.length > 1 ? ids : ids[0];
}

function checkVocabulary(vocabulary: Vocabulary): void {
  const { tokens, token_type } = vocabulary;
  if (token_type.length !== tokens.length)
    throw unsupportedGguf(`${token_type.length} entries of ${PREFIX}token_type for ${tokens.length} tokens`);
  const known = new Map<string, number>();
  for (const [i, token] of tokens.entries()) {
    const other = known.get(token);
    if (other !== undefined)
      throw unsupportedGguf(`${PREFIX}tokens with "${token}" twice (${other} and ${i})`);
    known.set(token, i);
  }
  for (const [key, value] of Object.entries(vocabulary))
    if (key.endsWith('_token_id') && typeof value === 'number' && value >= tokens.length)
      throw unsupportedGguf(`${PREFIX}${key} ${value}, and ${tokens.length} tokens`);
  for (const [i, merge] of vocabulary.merges.entries()) {
    const [left, right] = halves(merge);
    if (known.has(left) && known.has(right) && known.has(left + right)) continue;
    throw unsupportedGguf(`${PREFIX}merges with "${merge}" (${i}), which are no two tokens of one`);
  }
}

/** No token of byte-level BPE holds a space. */
function halves(merge: string): readonly [string, string] {
  const space = merge.indexOf(' ', 1);
  return space < 0 ? [merge, ''] : [merge.slice(0, space), merge.slice(space + 1)];
}

function tokenizerJson(vocabulary: Vocabulary) {
  const { tokens, token_type, merges } = vocabulary;
  const { normalizer, preTokenizer, ignoreMerges } = preTokenizers[vocabulary.pre];
  const named = tokens.map((content, i) => ({ id: i, content, type: token_type[i] }));
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: named
      .filter(({ type }) => type === CONTROL || type === USER_DEFINED)
      .map(({ id: token, content, type }) => addedToken(token, content, type === CONTROL)),
    normalizer,
    pre_tokenizer: preTokenizer,
    post_processor: postProcessor(vocabulary),
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: ignoreMerges,
      // Unused ones fill up a table of embeddings: no text has them.
      vocab: Object.fromEntries(
        named.filter(({ type }) => type !== UNUSED).map(({ id: token, content }) => [content, token]),
      ),
      merges: merges.map(halves),
    },
  };
}

function addedToken(token: number, content: string, special: boolean) {
  return { id: token, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special };
}

/** Puts the tokens of beginning and end around a text, where the file asks for them. */
function postProcessor(vocabulary: Vocabulary) {
  const { tokens, bos_token_id: bos, eos_token_id: eos } = vocabulary;
  const first = (vocabulary.add_bos_token ?? preTokenizers[vocabulary.pre].addsBos) ? bos : undefined;
  const last = vocabulary.add_eos_token ? eos : undefined;
  if (first === undefined && last === undefined) return null;
  const special = (token: number | undefined, type: number) =>
    token === undefined ? [] : [{ SpecialToken: { id: tokens[token], type_id: type } }];
  const around = (name: string, type: number) => [
    ...special(first, type),
    { Sequence: { id: name, type_id: type } },
    ...special(last, type),
  ];
  const used = [...new Set([first, last])].filter((token) => token !== undefined);
  return {
    type: 'TemplateProcessing',
    single: around('A', 0),
    pair: [...around('A', 0), ...around('B', 1)],
    special_tokens: Object.fromEntries(
      used.map((token) => {
        const content = tokens[token] as string; // as was checked
        return [content, { id: content, ids: [token], tokens: [content] }];
      }),
    ),
  };
}
