/** The sentence that follows a problem in training, [P] and [C]; evaluation prompts have none. */
export const PAPER_SUFFIX = " Let's think step by step and output the final answer within \\boxed{}.";
