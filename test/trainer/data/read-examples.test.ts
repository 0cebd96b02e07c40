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

  it('keeps the digits of numeric answers and ids as they stand in the file', () => {
    const written = [
      '9007199254740993',
      '1.0',
      '-0',
      '1e400',
      '0.30000000000000000001',
      '12345678901234567890',
    ];
    const text = written.map((digits) => `{"problem":"p","answer":${digits},"id":${digits}}`).join('\r\n');
    const read = readOwnExamples(text, 'my.jsonl');
    expect(read.map(({ answer }) => answer)).toEqual(written);
    expect(read.map(({ id }) => id)).toEqual(written);
  });

  it('refuses what would be kept as something else, with the line', () => {
    const good = '{"problem":"1 + 1","answer":"2"}';
    const refused = (line: string) => () => readOwnExamples(`${good}\n${line}`, 'my.jsonl');
    expect(refused('{"problem":"p","answer":"2","seed":9007199254740993}')).toThrow(
      /my.jsonl, line 2.*9007199254740993.*"seed"/s,
    );
    expect(refused('{"problem":"p","answer":"2","of":{"answer":9007199254740993}}')).toThrow(/line 2.*"of"/s);
    expect(refused('{"problem":"p","answer":"2","answer":"3"}')).toThrow(/line 2.*"answer" stands twice/s);
    expect(refused('{"problem":"\\ud800","answer":"2"}')).toThrow(/line 2.*surrogate/s);
    expect(refused('{"problem":"a\u0000b","answer":"2"}')).toThrow(/line 2/);
    expect(refused('{"problem":"p","answer":[2]}')).toThrow(/line 2.*answer/s);
  });

  it('reads line breaks of Windows and a last line without one', () => {
    const line = '{"problem":"1 + 1","answer":"2"}';
    expect(readOwnExamples(`${line}\r\n\r\n${line}`, 'my.jsonl')).toHaveLength(2);
  });
});
