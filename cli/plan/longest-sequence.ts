import type { RunSettings } from '#trainer/settings/config.ts';
import type { Shape } from './parameter-counts.ts';

/** Tokens of the longest prompt with its completion: prompts that fill the model's context are left out of the training set. */
export function longestSequence({ sampling }: Pick<RunSettings, 'sampling'>, { context }: Shape): number {
  return Math.min(context, sampling.maxPromptTokens + sampling.maxTokens);
}
