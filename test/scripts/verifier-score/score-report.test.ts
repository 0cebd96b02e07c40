import { describe, expect, it } from 'vitest';
import { CorpusCase } from '#scripts/verifier-score/corpus.ts';
import { judgeFiles } from '#scripts/verifier-score/score.ts';
import { failureLines, scoreReport, scoreTable } from '#scripts/verifier-score/score-report.ts';
import { verify } from '../../cli/verify/fake-verifier.ts';

// The fake says "correct" where the two are written alike.
const files = judgeFiles(
  [
    { name: 'one', cases: [labelled('a', '1', '1', true), labelled('b', '1', '1', false)] },
    {
      name: 'two',
      cases: [labelled('c', '1', '2', true), labelled('d', '1', '2', false), labelled('e', '1', '1', null)],
    },
    { name: 'none', cases: [] },
  ],
  { verify },
);

describe('scoreReport', () => {
  it('counts accuracy and both kinds of error by file, leaving out cases without a label', () => {
    const report = scoreReport(files);
    expect(report.files).toEqual({
      one: { cases: 2, accuracy: 0.5, fp: 1, fn: 0 },
      two: { cases: 2, accuracy: 0.5, fp: 0, fn: 1 },
      none: { cases: 0, accuracy: 1, fp: 0, fn: 0 },
    });
    expect(report.total).toEqual({ cases: 4, accuracy: 0.5, fp: 1, fn: 1 });
    expect(report.maxMs).toBeGreaterThan(0);
  });
});

describe('scoreTable', () => {
  it('has a row for each file and one for all', () => {
    expect(scoreTable(files).split('\n')).toEqual([
      'file                   cases    accuracy    fp    fn   source agrees',
      'one                        2     50.00 %     1     0        100.00 %',
      'two                        2     50.00 %     0     1         33.33 %',
      'none                       0    100.00 %     0     0        100.00 %',
      'total                      4     50.00 %     1     1         60.00 %',
    ]);
  });
});

describe('failureLines', () => {
  it('tells each wrong verdict with its reason', () => {
    expect(
      failureLines(files)
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toMatchObject([
      { id: 'b', gold: '1', prediction: '1', ours: false, verdict: 'correct', extracted: '1' },
      { id: 'c', gold: '1', prediction: '2', ours: true, verdict: 'incorrect', reason: 'answer benchmark' },
    ]);
  });
});

/** The source of every case says that it is right. */
function labelled(id: string, gold: string, prediction: string, ours: boolean | null): CorpusCase {
  return CorpusCase.parse({ id, gold, prediction, ours, expected: true });
}
