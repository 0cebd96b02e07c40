import { describe, expect, it } from 'vitest';
import { readProblems } from '#shared/benchmarks/read-problems.ts';

const line = (fields: object) =>
  JSON.stringify({ id: 'tiny-0', problem: 'What is 1 + 1?', answer: '2', ...fields });
const read = (...lines: string[]) =>
  readProblems(lines.join('\n'), { benchmark: 'tiny', source: 'benchmarks/tiny.jsonl' });

describe('readProblems', () => {
  it('keeps problem, answer, subject and level, and makes ids of the benchmark', () => {
    const text = line({ subject: 'Algebra', level: 3, solution: 'Count.' });
    expect(read(text, '', line({ id: 'tiny-7', answer: ['2', 'two'] }))).toEqual([
      { id: 'tiny/0', problem: 'What is 1 + 1?', answer: '2', subject: 'Algebra', level: 3 },
      { id: 'tiny/7', problem: 'What is 1 + 1?', answer: ['2', 'two'] },
    ]);
  });

  it.each([
    ['truncated JSON', '{"id": "tiny-1", "pro'],
    ['a missing field', JSON.stringify({ id: 'tiny-1', answer: '2' })],
    ['an id that stands twice', line({})],
    ['an empty gold', line({ id: 'tiny-1', answer: '' })],
    ['no gold among several', line({ id: 'tiny-1', answer: [] })],
    ['a line that is no object', 'null'],
  ])('names file and line of %s', (_, broken) => {
    expect(() => read(line({}), broken)).toThrow(
      expect.objectContaining({
        code: 'problems-invalid',
        message: expect.stringContaining('benchmarks/tiny.jsonl, line 2'),
      }),
    );
  });

  it('refuses a file without problems', () => {
    expect(() => read('')).toThrow(expect.objectContaining({ code: 'problems-invalid' }));
  });
});
