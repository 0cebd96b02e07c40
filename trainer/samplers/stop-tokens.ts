import { KnownError } from '#shared/errors.ts';

interface Vocabulary {
  tokenId(token: string): number | undefined;
  /** The model's own. */
  readonly endTokens: readonly number[];
}

/**
 * Ids of the tokens that end a training completion.
 *
 * @param stop - their texts; `null`: the model's own end tokens
 * @throws {KnownError} `stop-unknown` for a text that is no token
 */
export function stopTokens(stop: readonly string[] | null, vocabulary: Vocabulary): readonly number[] {
  if (stop === null) return vocabulary.endTokens;
  return stop.map((text) => {
    const id = vocabulary.tokenId(text);
    if (id !== undefined) return id;
    throw new KnownError(
      'stop-unknown',
      `sampling.stop names ${text}, which is no token of the model's vocabulary.`,
    );
  });
}
