import { TransientError } from './transient-error.ts';

/** How a whole completion ends: at a stop token, or at its limit. */
export type Finish = 'stop' | 'length';

export interface CompletionEnd {
  /** As the server names it. */
  readonly finish: string;
  /** Generated tokens, the stop token included. */
  readonly tokens: number;
  readonly maxTokens: number;
}

/**
 * Checks the end and the length of a completion.
 *
 * @param invalid - the error of an answer that no server of this kind gives
 * @throws {TransientError} where the server gave the completion up, as vLLM does when its weights change meanwhile
 */
export function checkCompletion(
  { finish, tokens, maxTokens }: CompletionEnd,
  invalid: (what: string) => Error,
): Finish {
  if (finish === 'abort') throw new TransientError('the server gave the completion up');
  if (finish !== 'stop' && finish !== 'length')
    throw invalid(`a completion that ended by "${finish.slice(0, 100)}"`);
  if (tokens < 1 || tokens > maxTokens)
    throw invalid(`${tokens} tokens where 1 to ${maxTokens} were asked for`);
  return finish;
}
