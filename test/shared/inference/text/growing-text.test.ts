import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { GrowingText } from '#shared/inference/text/growing-text.ts';
import { loadTokenizer, type Tokenizer } from '#shared/inference/tokenizer.ts';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await loadTokenizer(new URL('../../../golden/inference/tokenizer', import.meta.url).pathname);
});

function grown(tokens: readonly number[]): string[] {
  const text = new GrowingText(tokenizer);
  return [...tokens.map((token) => text.add(token)), text.end()];
}

describe('GrowingText', () => {
  it('adds up to the text of all tokens, whatever they are', () => {
    const tokens = fc.array(fc.nat({ max: 400 }), { maxLength: 40 });
    fc.assert(
      fc.property(tokens, (all) => {
        expect(grown(all).join('')).toBe(tokenizer.decode(all));
      }),
    );
  });

  it('adds up to what was encoded, and gives out no half of a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const tokens = tokenizer.encode(text, { addSpecialTokens: false });
        const pieces = grown(tokens);
        expect(pieces.join('')).toBe(tokenizer.decode(tokens));
        if (!text.includes('\uFFFD')) expect(pieces.join('|')).not.toContain('\uFFFD');
      }),
    );
  });
});
