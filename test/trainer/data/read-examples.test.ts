import { describe, expect, it } from 'vitest';
import { readOwnExamples } from '#trainer/data/own-examples.ts';
import { readReleasedRows } from '#trainer/data/released-rows.ts';

const lines = (...values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

describe('readReleasedRows', () => {
  it('takes the suffix sentence off, so that a setting can change it', () => {
    const content = "solve x + 1 = 2 Let's think step by step and output the final answer within \\boxed{}.";
    const row = {
      id: 'own-0',
      prompt: [{ role: 'user', content }],
      reward_model: { ground_truth: '1' },
      repeats: 128,
    };
    const example = { id: 'own-0', prompt: 'solve x + 1 = 2', bare: true, answer: '1', repeats: 128 };
    expect(readReleasedRows(lines(row), 'own.jsonl')).toEqual([example]);
    const other = { ...row, prompt: [{ role: 'user', content: 'solve x' }] };
    expect(readReleasedRows(lines(other), 'own.jsonl')).toMatchObject([{ prompt: 'solve x', bare: false }]);
  });

  it('names the line that is broken', () => {
    expect(() => readReleasedRows('{}', 'pi1.jsonl')).toThrow(/pi1.jsonl, line 1/);
  });
});

describe('readOwnExamples', () => {
  it('reads problems and prompts, with ids by place and further fields kept', () => {
    const text = lines(
      { problem: '1 + 1', answer: 2 },
      { prompt: 'say a word', answer: '', id: 'word', most: 5 },
    );
    expect(readOwnExamples(text, 'my.jsonl')).toEqual([
      { id: 'line-1', prompt: '1 + 1', bare: true, answer: '2', repeats: 1 },
      { id: 'word', prompt: 'say a word', bare: false, answer: '', repeats: 1, fields: { most: 5 } },
    ]);
  });

  it('names the line that is broken, and what is wrong with it', () => {
    const good = { problem: '1 + 1', answer: '2' };
    expect(() => readOwnExamples(lines(good, { problem: '1' }), 'my.jsonl')).toThrow(
      /my.jsonl, line 2.*answer/s,
    );
    const both = { ...good, prompt: '1 + 1' };
    expect(() => readOwnExamples(lines(good, good, both), 'my.jsonl')).toThrow(
      /line 3.*either "problem" or "prompt"/s,
    );
    expect(() => readOwnExamples(`${lines(good)}\n{"problem`, 'my.jsonl')).toThrow(/my.jsonl, line 3/);
    expect(() => readOwnExamples('\n', 'my.jsonl')).toThrow(/no training example/);
    expect(() => readOwnExamples(lines({ ...good, id: 'a' }, { ...good, id: 'a' }), 'my.jsonl')).toThrow(
      /the id a/,
    );
  });
});
