import { describe, expect, it } from 'vitest';
import type { CaseDefaults } from '#cli/verify/case-line.ts';
import { judgeBytes, judgeLines, tooLongLine } from '#cli/verify/judge-lines.ts';
import { verify } from './fake-verifier.ts';

const defaults: CaseDefaults = { mode: 'benchmark', options: {} };

describe('judgeLines', () => {
  it('writes a result for each case, in order', () => {
    const text = '{"id":"a","gold":"1","answer":"1"}\n{"id":2,"gold":["1","2"],"completion":"3"}\n';
    const { cases, faults, results } = judge(text);
    expect(results).toEqual([
      { id: 'a', correct: true, verdict: 'correct', extracted: '1', reason: 'answer benchmark {}' },
      { id: 2, correct: false, verdict: 'incorrect', extracted: '3', reason: 'completion benchmark {}' },
    ]);
    expect({ cases, faults }).toEqual({ cases: 2, faults: 0 });
  });

  it('takes mode and options of the case before those of the command', () => {
    const own = '{"id":1,"gold":"1","answer":"1","mode":"reward","options":{"tolerance":[0.1,0.2]}}';
    const [first] = judge(own, { mode: 'format', options: { unit: 'm' } }).results;
    expect(first).toMatchObject({ reason: 'answer reward {"tolerance":[0.1,0.2]}' });
    const open = '{"id":1,"gold":"1","answer":"1"}';
    const [second] = judge(open, { mode: 'format', options: { unit: 'm' } }).results;
    expect(second).toMatchObject({ reason: 'answer format {"unit":"m"}' });
  });

  it('skips blank lines, which count as lines', () => {
    const { cases, results } = judge('\n  \r\n{broken\n');
    expect(cases).toBe(1);
    expect(results).toMatchObject([{ line: 13 }]);
  });

  it('ignores fields it does not know', () => {
    expect(judge('{"id":1,"gold":"1","answer":"1","source":"somewhere"}').faults).toBe(0);
  });

  it.each([
    ['no JSON', '{"id":1', 'json-invalid', 'no JSON'],
    ['no object', '[1]', 'case-invalid', 'object'],
    ['no gold', '{"id":"q","answer":"1"}', 'case-invalid', 'gold'],
    ['no golds at all', '{"id":"q","gold":[],"answer":"1"}', 'case-invalid', 'gold'],
    ['neither answer nor completion', '{"id":"q","gold":"1"}', 'case-invalid', 'exactly one'],
    ['both', '{"id":"q","gold":"1","answer":"1","completion":"1"}', 'case-invalid', 'exactly one'],
    ['an unknown mode', '{"id":"q","gold":"1","answer":"1","mode":"kind"}', 'case-invalid', 'mode'],
    [
      'a misspelt option',
      '{"id":"q","gold":"1","answer":"1","options":{"tolerence":1}}',
      'case-invalid',
      'tolerence',
    ],
    ['a key twice', '{"id":"q","gold":"1","gold":"2","answer":"1"}', 'json-invalid', 'stands twice'],
    [
      'an id that JSON changes',
      '{"id":12345678901234567890,"gold":"1","answer":"1"}',
      'case-invalid',
      '2^53',
    ],
  ])('makes an error of a line with %s, and goes on', (_, line, code, named) => {
    const { cases, faults, results } = judge(`${line}\n{"id":2,"gold":"1","answer":"1"}`);
    expect(results[0]).toMatchObject({ line: 11, error: { code, message: expect.stringContaining(named) } });
    expect(results[1]).toMatchObject({ id: 2, correct: true });
    expect({ cases, faults }).toEqual({ cases: 2, faults: 1 });
  });

  it('names the case of a broken line where it can', () => {
    expect(judge('{"id":"q"}').results[0]).toMatchObject({ id: 'q' });
    expect(judge('{"id":"q"').results[0]).not.toHaveProperty('id');
  });

  it('lets a defect of the verifier through', () => {
    const broken = () => {
      throw new TypeError('defect');
    };
    const lines = { text: '{"id":1,"gold":"1","answer":"1"}', firstLine: 1 };
    expect(() => judgeLines(lines, defaults, { verify: broken })).toThrow('defect');
  });
});

describe('judgeBytes', () => {
  it('makes an error of a line that is no UTF-8, and judges the others', () => {
    const line = (id: string) => `{"id":"${id}","gold":"1","answer":"1"}\n`;
    const bytes = Buffer.concat([
      Buffer.from(line('a')),
      Buffer.from(line('\xe9'), 'latin1'),
      Buffer.from(`\n${line('é')}`),
    ]);
    const { text, cases, faults } = judgeBytes({ bytes, firstLine: 4 }, defaults, { verify });
    const results = text
      .split('\n')
      .filter(Boolean)
      .map((each): unknown => JSON.parse(each));
    expect(results).toMatchObject([{ id: 'a' }, { line: 5, error: { code: 'text-invalid' } }, { id: 'é' }]);
    expect({ cases, faults }).toEqual({ cases: 3, faults: 1 });
  });

  it('leaves out a byte order mark', () => {
    const bytes = Buffer.from('\uFEFF{"id":1,"gold":"1","answer":"1"}');
    expect(judgeBytes({ bytes, firstLine: 1 }, defaults, { verify }).faults).toBe(0);
  });
});

describe('tooLongLine', () => {
  it('is an error that names the line and the limit', () => {
    const { text, cases, faults } = tooLongLine(7);
    expect(JSON.parse(text)).toMatchObject({ line: 7, error: { code: 'line-too-long' } });
    expect(text).toContain('8 MiB');
    expect({ cases, faults }).toEqual({ cases: 1, faults: 1 });
  });
});

/** As a chunk that starts at line 11. */
function judge(text: string, each: CaseDefaults = defaults) {
  const judged = judgeLines({ text, firstLine: 11 }, each, { verify });
  const results = judged.text
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
  return { ...judged, results };
}
