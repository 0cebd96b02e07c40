/**
 * The text of a completion that is graded. For reasoning models (`after-think`) that is what stands between the first
 * `</think>` of prompt and completion and the next one, or the end; `undefined` where the thought is not both opened and
 * closed, which earns nothing.
 *
 * @see verl/trainer/main_ppo.py of the paper's public code, `use_think`
 */
export function answerText(
  prompt: string,
  completion: string,
  text: 'whole' | 'after-think',
): string | undefined {
  if (text === 'whole') return completion;
  const whole = prompt + completion;
  return whole.includes('<think>') ? whole.split('</think>')[1] : undefined;
}
