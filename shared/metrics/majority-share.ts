/** What one sample answers. */
export interface Vote {
  readonly correct: boolean;
  /** As it was read; a sample without an answer has no vote. */
  readonly answer: string | undefined;
}

/**
 * The chance that the most frequent answer to a problem is right (maj@k, self-consistency), where a lot decides between
 * answers that are equally frequent. Right answers are one, however they are written; wrong ones are told apart by their
 * text alone, so that a wrong majority whose members differ in writing is missed.
 *
 * @see Wang et al. 2023, "Self-Consistency Improves Chain of Thought Reasoning in Language Models", arXiv:2203.11171
 */
export function majorityShare(votes: readonly Vote[]): number {
  const right = votes.filter(({ correct }) => correct).length;
  const wrong = new Map<string, number>();
  for (const { correct, answer } of votes)
    if (!correct && answer !== undefined) wrong.set(answer, (wrong.get(answer) ?? 0) + 1);
  const most = Math.max(0, ...wrong.values());
  if (right === 0 || right < most) return 0;
  return 1 / (1 + [...wrong.values()].filter((count) => count === right).length);
}
