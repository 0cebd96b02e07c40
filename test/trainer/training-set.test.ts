import { describe, expect, it } from 'vitest';
import { readReleasedRows } from '#trainer/released-rows.ts';
import { parseExamples, trainingRows } from '#trainer/training-set.ts';

const encode = (text: string) => [...text].map((character) => character.charCodeAt(0));
const settings = { maxPromptTokens: 10, rowsPerStep: 2 };
const example = { id: 'a', prompt: '1 + 1', answer: '2', repeats: 2 };

describe('trainingRows', () => {
  it('repeats every example as often as it says', () => {
    const rows = trainingRows([example, { ...example, id: 'b', repeats: 3 }], encode, settings);
    expect(rows.map((row) => row.example.id)).toEqual(['a', 'a', 'b', 'b', 'b']);
    expect([...(rows[0]?.prompt ?? [])]).toEqual(encode('1 + 1'));
  });

  it('leaves out prompts that are too long, and says so when too few rows remain', () => {
    const long = { ...example, id: 'long', prompt: 'a question of more than ten' };
    expect(trainingRows([example, long], encode, settings)).toHaveLength(2);
    expect(() => trainingRows([long], encode, settings)).toThrow(
      /needs 2 rows.*has 0 \(1 examples have prompts over 10/,
    );
  });

  it('refuses an answer that no completion could match', () => {
    expect(() => trainingRows([{ ...example, answer: '\\frac{1' }], encode, settings)).toThrow(
      /example a cannot be graded/,
    );
  });
});

describe('training data as JSON lines', () => {
  it('names the line that is broken', () => {
    const text = `${JSON.stringify(example)}\n\n{"id": "b"`;
    expect(() => parseExamples(text, 'my.jsonl')).toThrow(/my.jsonl, line 3/);
    expect(() => readReleasedRows('{}', 'pi1.jsonl')).toThrow(/pi1.jsonl, line 1/);
  });

  it('reads the released form, in which the suffix is part of the prompt', () => {
    const row = {
      id: 'own-0',
      prompt: [{ role: 'user', content: 'solve x + 1 = 2' }],
      reward_model: { ground_truth: '1', style: 'rule' },
      repeats: 128,
    };
    expect(readReleasedRows(`${JSON.stringify(row)}\n`, 'own.jsonl')).toEqual([
      { id: 'own-0', prompt: 'solve x + 1 = 2', answer: '1', repeats: 128 },
    ]);
  });
});
