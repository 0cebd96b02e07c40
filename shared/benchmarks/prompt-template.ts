/**
 * How a question becomes a prompt: texts with `{q}` for it; `null` stands for the model's own chat template, one user
 * turn. Evaluation prompts carry no suffix sentence, training prompts do: the difference is the paper's (its public
 * code, Qwen2.5-Eval/evaluation/utils.py).
 */
import type { TemplateKind } from '../records/evaluations.ts';
export const promptTemplates = {
  chat: null,
  'qwen25-math-cot':
    '<|im_start|>system\nPlease reason step by step, and put your final answer within \\boxed{}.<|im_end|>\n' +
    '<|im_start|>user\n{q}<|im_end|>\n<|im_start|>assistant\n',
  // The space before the first end of turn is the paper's.
  llama:
    '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n' +
    'Cutting Knowledge Date: December 2023\nToday Date: 17 Apr 2025\n\n <|eot_id|>' +
    '<|start_header_id|>user<|end_header_id|>\n\n{q}<|eot_id|>' +
    '<|start_header_id|>assistant<|end_header_id|>\n\n',
  'deepseek-distill': '<｜begin▁of▁sentence｜><｜User｜>{q}<｜Assistant｜><think>\n',
} as const satisfies Record<TemplateKind, string | null>;

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
  return fillTemplate(kind, question.trim(), renderChat);
}

/** As `renderPrompt`, every character of the user turn kept: training prompts are not trimmed. */
export function fillTemplate(kind: TemplateKind, user: string, renderChat: (user: string) => string): string {
  const template = promptTemplates[kind];
  // A function: `$` in a question must not be read as a replacement pattern.
  return template === null ? renderChat(user) : template.replace('{q}', () => user);
}
