import { renderPrompt } from '#shared/benchmarks/prompt-template.ts';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import type { LoadedPolicy } from './policy-sampler.ts';

/** Prompts, text and ends of completions, which depend on a model's tokenizer and chat template alone. */
export type PolicyText = Pick<LoadedPolicy, 'prompt' | 'decode' | 'stopTokens'>;

/** Reads tokenizer and chat template of a model folder. @throws {KnownError} `tokenizer-unsupported` */
export async function loadPolicyText(directory: string): Promise<PolicyText> {
  const [tokenizer, chat] = await Promise.all([loadTokenizer(directory), loadChatTemplate(directory)]);
  return {
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
