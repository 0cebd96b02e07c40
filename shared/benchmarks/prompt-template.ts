/**
 * How a bare question becomes a prompt. Evaluation prompts carry no suffix sentence, training prompts do: the
 * difference is the paper's (its public code, Qwen2.5-Eval/evaluation/utils.py).
 */
export type TemplateKind = keyof typeof promptTemplates;

/** Texts with `{q}` for the question; `null` stands for the model's own chat template, one user turn. */
export const promptTemplates = {
  chat: null,
  'qwen25-math-cot':
    '<|im_start|>system\nPlease reason step by step, and put your final answer within \\boxed{}.<|im_end|>\n' +
    '<|im_start|>user\n{q}<|im_end|>\n<|im_start|>assistant\n',
} as const;

/**
 * @param question - white space at both ends is dropped
 * @param renderChat - the model's chat template over one user turn, generation prompt included
 * @returns the whole prompt, to be encoded without further special tokens
 */
export function renderPrompt(
  kind: TemplateKind,
  question: string,
  renderChat: (user: string) => string,
): string {
  const template = promptTemplates[kind];
  const q = question.trim();
  // A function: `$` in a question must not be read as a replacement pattern.
  return template === null ? renderChat(q) : template.replace('{q}', () => q);
}
