import { describe, expect, it } from 'vitest';
import { cutWarning } from '#trainer/metrics/cut-warning.ts';

describe('cutWarning', () => {
  it('speaks where all completions of a step were cut, and only there', () => {
    expect(cutWarning(3, { 'completion/truncated_share': 1 })).toMatch(/step 3.*maxTokens/);
    expect(cutWarning(3, { 'completion/truncated_share': 0.99 })).toBeUndefined();
    expect(cutWarning(3, {})).toBeUndefined();
  });
});
