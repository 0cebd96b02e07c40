import { describe, expect, it } from 'vitest';
import { type Judged, sampleWarnings, type Warning } from '#functions/dashboard/sample/sample-warnings.ts';
import { verify } from '#shared/verifier/verify.ts';

/** What is said of a completion that `reward` judges. */
function warningsOf(
  completion: string,
  gold: string,
  { truncated = false, options = {} }: { truncated?: boolean; options?: Judged['options'] } = {},
): readonly Warning[] {
  const { verdict, extracted, reason } = verify({ gold, completion, mode: 'reward', options });
  const verdicts = [{ grader: 'reward' as const, verdict, extracted, reason }];
  return sampleWarnings({
    ...{ sample: { completion, truncated, verdicts, gold }, grader: 'reward', options, limit: 64 },
  });
}

describe('sampleWarnings', () => {
  it('says nothing of a plain answer, right or wrong', () => {
    expect(warningsOf('so \\boxed{42}', '42')).toEqual([]);
    expect(warningsOf('so \\boxed{41}', '42')).toEqual([]);
  });

  it('names the limit that cut it', () => {
    expect(warningsOf('so \\boxed{42}', '42', { truncated: true })).toEqual([
      { kind: 'truncated', limit: 64 },
    ]);
  });

  it('names another box that holds the reference answer in any form, where the last one does not', () => {
    expect(warningsOf('first \\boxed{0.5}, then\n\nno: \\boxed{3}', '\\frac12')).toEqual([
      { kind: 'boxes', boxes: 2 },
      { kind: 'gold-elsewhere', where: 'box', text: '0.5' },
    ]);
    expect(warningsOf('first \\boxed{3}, then\n\nno: \\boxed{0.5}', '\\frac12')).toEqual([
      { kind: 'boxes', boxes: 2 },
    ]);
  });

  it('names the reference answer outside of boxes, where a strict grader finds none', () => {
    expect(warningsOf('The answer is 42.', '42')).toEqual([
      { kind: 'gold-elsewhere', where: 'text', text: '42' },
    ]);
  });

  it('names a loop at the end, and a unit that is asked for and was not read', () => {
    expect(warningsOf(`\\boxed{1} ${'again and '.repeat(30)}`, '1')).toMatchObject([
      { kind: 'repeats', characters: 10 },
    ]);
    expect(warningsOf('\\boxed{3}', '3', { options: { unit: 'km' } })).toEqual([
      { kind: 'unit', unit: 'km' },
    ]);
    expect(warningsOf('\\boxed{3\\text{ km}}', '3', { options: { unit: 'km' } })).toEqual([]);
  });
});
