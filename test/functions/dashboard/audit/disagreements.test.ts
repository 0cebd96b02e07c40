import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditedItem, disagreements, disputeOf } from '#functions/dashboard/audit/disagreements.ts';
import { VerdictKind } from '#shared/records/evaluations.ts';

const item = (problem: string, said: Readonly<Record<string, VerdictKind>>): AuditedItem => ({
  ...{ evaluation: 'e', problem, sample: 0 },
  verdicts: Object.fromEntries(
    Object.entries(said).map(([grader, verdict]) => [grader, { verdict, reason: 'made-up' }]),
  ),
});

describe('disputeOf', () => {
  it('names what each said where some call it correct and others do not', () => {
    expect(disputeOf(item('a/1', { reward: 'incorrect', benchmark: 'correct' }))).toBe(
      'benchmark:correct,reward:incorrect',
    );
    expect(disputeOf(item('a/1', { reward: 'incorrect', benchmark: 'no-answer' }))).toBeUndefined();
    expect(disputeOf(item('a/1', { reward: 'correct', benchmark: 'correct' }))).toBeUndefined();
  });

  it('leaves out who judges no answer', () => {
    expect(disputeOf(item('a/1', { reward: 'incorrect', format: 'correct' }))).toBeUndefined();
  });
});

describe('disagreements', () => {
  it('counts them by benchmark and by what was said, with the share of what several judged', () => {
    const found = disagreements([
      item('a/1', { reward: 'incorrect', benchmark: 'correct' }),
      item('a/2', { reward: 'incorrect', benchmark: 'correct' }),
      item('a/3', { reward: 'correct', benchmark: 'incorrect' }),
      item('a/4', { reward: 'correct', benchmark: 'correct' }),
      item('b/1', { reward: 'correct' }),
      item('b/2', { reward: 'no-answer', benchmark: 'correct' }),
    ]);
    expect(found.map(({ benchmark, said, completions, of }) => [benchmark, said, completions, of])).toEqual([
      ['a', 'benchmark:correct,reward:incorrect', 2, 4],
      ['a', 'benchmark:incorrect,reward:correct', 1, 4],
      ['b', 'benchmark:correct,reward:no-answer', 1, 1],
    ]);
    expect(found[0]?.share).toBe(0.5);
  });

  it('counts each disputed completion once', () => {
    const verdict = fc.constantFrom(...VerdictKind.options);
    const items = fc.array(
      fc
        .tuple(
          fc.constantFrom('a/1', 'a/2', 'b/1'),
          fc.record({ reward: verdict, benchmark: verdict, 'paper-eval': verdict }),
        )
        .map(([problem, said]) => item(problem, said)),
    );
    fc.assert(
      fc.property(items, (all) => {
        const found = disagreements(all);
        const disputed = all.filter((each) => disputeOf(each) !== undefined);
        expect(found.reduce((total, { completions }) => total + completions, 0)).toBe(disputed.length);
        for (const { share, interval } of found) {
          expect(interval[0]).toBeLessThanOrEqual(share);
          expect(interval[1]).toBeGreaterThanOrEqual(share);
        }
      }),
    );
  });
});
