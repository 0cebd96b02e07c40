import { describe, expect, it } from 'vitest';
import { stopTokens } from '#trainer/samplers/stop-tokens.ts';

const vocabulary = {
  tokenId: (token: string) => ({ '<eos>': 1, '<|im_end|>': 2 })[token],
  endTokens: [1],
};

describe('stopTokens', () => {
  it("are the model's own end tokens unless others are named", () => {
    expect(stopTokens(null, vocabulary)).toEqual([1]);
    expect(stopTokens(['<|im_end|>', '<eos>'], vocabulary)).toEqual([2, 1]);
  });

  it('must be tokens of the vocabulary', () => {
    expect(() => stopTokens(['</s>'], vocabulary)).toThrow(/sampling.stop names <\/s>/);
  });
});
