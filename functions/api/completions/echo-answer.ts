import type { Scored } from '#shared/inference/score-continuations.ts';
import type { PromptReader } from '#shared/inference/text/text-model.ts';
import type { TextAsk } from './completion-body.ts';

/** A text with its own log-probabilities, and the token after it where one was asked for. */
export interface Echo {
  readonly text: string;
  readonly finish_reason: 'length';
  readonly logprobs: object;
}

/**
 * A prompt told as `echo` asks. The first token has no log-probability, since nothing stands before it; the most probable token
 * of each place is told beside the one that is there, as vLLM does.
 *
 * @param text - as it was given
 * @param scored - of all tokens but the first
 */
export function echoOf(
  text: string,
  prompt: readonly number[],
  { logprobs, likeliest }: Scored,
  { maxTokens, likeliestToo }: Pick<TextAsk, 'maxTokens' | 'likeliestToo'>,
  model: Pick<PromptReader, 'decode'>,
): Echo {
  const after = maxTokens > 0 ? likeliest.slice(-1) : [];
  const told = [...prompt, ...after.map(({ token }) => token)];
  const texts = told.map((token) => model.decode([token]));
  const all = [...logprobs, ...after.map(({ logprob }) => logprob)];
  const tops = all.map((logprob, i) => {
    const best = likeliest[i] as Scored['likeliest'][number]; // one for each place
    // The best last: another token may have the same text.
    const own = { [texts[i + 1] as string]: logprob };
    return likeliestToo ? { ...own, [model.decode([best.token])]: best.logprob } : own;
  });
  let end = 0;
  const offsets = texts.map((text) => {
    end += text.length;
    return end - text.length;
  });
  return {
    ...{ text: text + texts.slice(prompt.length).join(''), finish_reason: 'length' },
    logprobs: {
      ...{ tokens: texts, token_logprobs: [null, ...all], top_logprobs: [null, ...tops] },
      text_offset: offsets,
    },
  };
}
