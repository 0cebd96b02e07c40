import { renderPrompt } from '#shared/benchmarks/prompt-template.ts';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';
import { loadGenerator } from '#shared/inference/onnx-generator.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import type { LoadedPolicy } from './policy-sampler.ts';

/** Opens a model folder whose files were just checked against their digests. `release` frees its memory. */
export async function loadPolicy(
  directory: string,
  threads: number,
): Promise<LoadedPolicy & { release(): Promise<void> }> {
  const [generator, tokenizer, chat] = await Promise.all([
    loadGenerator({ directory, threads }),
    loadTokenizer(directory),
    loadChatTemplate(directory),
  ]);
  return {
    policy: 'verified',
    generate: (requests) => generator.generate(requests),
    prompt: (problem, { kind }) => {
      const text = renderPrompt(kind, problem, (user) => chat([{ role: 'user', content: user }]));
      return tokenizer.encode(text, { addSpecialTokens: false });
    },
    decode: (tokens) => tokenizer.decode(tokens),
    stopTokens: (names) => {
      const named = names.map((name) => tokenizer.tokenId(name)).filter((id) => id !== undefined);
      return [...new Set([...tokenizer.endTokens, ...named])];
    },
    release: () => generator.dispose(),
  };
}
