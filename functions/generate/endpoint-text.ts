import { renderPrompt } from '#shared/benchmarks/prompt-template.ts';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import { readContext } from './endpoint-context.ts';
import type { LoadedPolicy } from './policy-sampler.ts';

/** What a model server is not trusted with: prompts, text and ends of completions, as the `onnx` generator has them. */
export interface EndpointText extends Pick<LoadedPolicy, 'prompt' | 'decode' | 'stopTokens'> {
  /** Positions that the model was made for, prompt and completion together. */
  readonly context: number;
}

/**
 * Reads tokenizer, chat template and context of a checked model folder; its weights are not touched.
 *
 * @throws {KnownError} `model-file-missing`, `model-file-invalid` or `tokenizer-unsupported`
 */
export async function loadEndpointText(directory: string): Promise<EndpointText> {
  const [tokenizer, chat, context] = await Promise.all([
    loadTokenizer(directory),
    loadChatTemplate(directory),
    readContext(directory),
  ]);
  return {
    context,
    prompt: (problem, { kind }) => {
      const text = renderPrompt(kind, problem, (user) => chat([{ role: 'user', content: user }]));
      return tokenizer.encode(text, { addSpecialTokens: false });
    },
    decode: (tokens) => tokenizer.decode(tokens),
    stopTokens: (names) => {
      const named = names.map((name) => tokenizer.tokenId(name)).filter((id) => id !== undefined);
      return [...new Set([...tokenizer.endTokens, ...named])];
    },
  };
}
