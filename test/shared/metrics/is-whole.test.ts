import { expect, it } from 'vitest';
import { isWhole } from '#shared/metrics/is-whole.ts';

it('is whole without failed shards, whatever could not be asked for', () => {
  const coverage = { shards: 2, scored: 2, failed: {}, unanswered: { 'prompt-too-long': 1 } };
  expect(isWhole({ coverage })).toBe(true);
  expect(isWhole({ coverage: { ...coverage, failed: { 'verify-dead': 1 } } })).toBe(false);
});
