import { describe, expect, it } from 'vitest';
import { readOwnProblems } from '#shared/benchmarks/read-own-problems.ts';

const read = (...lines: string[]) =>
  readOwnProblems(lines.join('\n'), { benchmark: 'mine', source: 'mine.jsonl' });
const good = '{"problem":"1 + 1","answer":"2"}';

describe('readOwnProblems', () => {
  it('names problems by their ids or their places, and keeps what grading needs', () => {
    const text =
      '{"id":"a-1","problem":"p","answer":["2","two"],"level":3,"grading":{"tolerance":0.1},"note":"x"}';
    expect(read(good, '', text)).toEqual([
      { id: 'mine/line-1', problem: '1 + 1', answer: '2' },
      { id: 'mine/a-1', problem: 'p', answer: ['2', 'two'], level: 3, grading: { tolerance: 0.1 } },
    ]);
  });

  it('keeps the digits of ids and answers that are numbers', () => {
    expect(
      read('{"id":7,"problem":"p","answer":1.50}', '{"id":8,"problem":"p","answer":9007199254740993}'),
    ).toEqual([
      { id: 'mine/7', problem: 'p', answer: '1.50' },
      { id: 'mine/8', problem: 'p', answer: '9007199254740993' },
    ]);
  });

  it.each([
    ['half a line', '{"problem":"p","ans', /line 2/],
    ['no answer', '{"problem":"p"}', /line 2.*answer/],
    ['an empty answer', '{"problem":"p","answer":""}', /line 2.*answer/],
    ['an id that is no name', '{"id":"a b","problem":"p","answer":"2"}', /line 2.*id: use at most 64 of a-z/],
    [
      'digits that no number holds',
      '{"problem":"p","answer":"2","level":9007199254740993}',
      /line 2.*"level"/,
    ],
  ])('names file and line of %s', (_, line, message) => {
    const error = { code: 'problems-invalid', message: expect.stringMatching(message) };
    expect(() => read(good, line)).toThrow(expect.objectContaining(error));
    expect(() => read(good, line)).toThrow(/mine\.jsonl/);
  });

  it('refuses an id that stands twice, and a file without problems', () => {
    const twice = '{"id":"x","problem":"p","answer":"2"}';
    expect(() => read(twice, twice)).toThrow(/two problems with the id x/);
    expect(() => read('')).toThrow(/holds no problems/);
  });
});
