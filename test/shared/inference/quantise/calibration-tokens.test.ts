import { expect, it } from 'vitest';
import { calibrationTokens, TEXT_TOKENS } from '#shared/inference/quantise/calibration-tokens.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';

const golden = new URL('../../../golden/inference/', import.meta.url).pathname;
const withTokenizer = `${golden}tokenizer`;

it('begins texts in the tokens of the model', async () => {
  const tokenizer = await loadTokenizer(withTokenizer);
  const texts = await calibrationTokens(withTokenizer, 1e6);
  for (const [i, start] of ['If', 'Once'].entries()) {
    expect(texts[i]).toHaveLength(TEXT_TOKENS);
    expect(tokenizer.decode(texts[i] ?? [])).toMatch(new RegExp(`^${start}`));
  }
});

it.each([
  ['without a tokenizer', `${golden}qwen2-tied`, 43],
  ['where a token is not in the vocabulary', withTokenizer, 3],
])('takes tokens from all over the vocabulary %s', async (_, folder, vocabulary) => {
  const texts = await calibrationTokens(folder, vocabulary);
  const tokens = texts.flat();
  expect(tokens).toHaveLength(2 * TEXT_TOKENS);
  expect(new Set(tokens).size).toBe(Math.min(vocabulary, tokens.length));
  for (const token of tokens) expect(token).toBe(Math.max(0, Math.min(vocabulary - 1, token)));
});
