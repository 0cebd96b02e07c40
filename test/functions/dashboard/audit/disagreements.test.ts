import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Audited,
  audited as auditedOf,
  disagreements,
  together,
} from '#functions/dashboard/audit/disagreements.ts';
import { VerdictKind } from '#shared/records/evaluations.ts';

const audited = (problem: string, said: Readonly<Record<string, VerdictKind>>) =>
  auditedOf('e', [
    {
      ...{ problem, sample: 0 },
      verdicts: Object.fromEntries(
        Object.entries(said).map(([grader, verdict]) => [grader, { verdict, reason: 'made-up' }]),
      ),
    },
  ]);
const saidOf = ({ disputed }: Audited) => disputed.map(({ said }) => said);

describe('audited', () => {
  it('says what each said where some call it correct and others do not', () => {
    expect(audited('a/1', { reward: 'incorrect', benchmark: 'correct' }).disputed).toMatchObject([
      { evaluation: 'e', problem: 'a/1', said: 'benchmark:correct,reward:incorrect' },
    ]);
    expect(saidOf(audited('a/1', { reward: 'incorrect', benchmark: 'no-answer' }))).toEqual([]);
    expect(saidOf(audited('a/1', { reward: 'correct', benchmark: 'correct' }))).toEqual([]);
  });

  it('leaves out who judges no answer, and what one grader alone judged', () => {
    expect(audited('a/1', { reward: 'incorrect', format: 'correct' }).judged.size).toBe(0);
    const two = audited('a/1', { reward: 'incorrect', format: 'correct', benchmark: 'incorrect' });
    expect([...two.judged]).toEqual([['a', 1]]);
    expect(saidOf(two)).toEqual([]);
  });
});

const disagreementsOf = (items: readonly Audited[]) => disagreements(together(items));

describe('disagreements', () => {
  it('counts them by benchmark and by what was said, with the share of what several judged', () => {
    const found = disagreementsOf([
      audited('a/1', { reward: 'incorrect', benchmark: 'correct' }),
      audited('a/2', { reward: 'incorrect', benchmark: 'correct' }),
      audited('a/3', { reward: 'correct', benchmark: 'incorrect' }),
      audited('a/4', { reward: 'correct', benchmark: 'correct' }),
      audited('b/1', { reward: 'correct' }),
      audited('b/2', { reward: 'no-answer', benchmark: 'correct' }),
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
        .map(([problem, said]) => audited(problem, said)),
    );
    fc.assert(
      fc.property(items, (all) => {
        const found = disagreementsOf(all);
        const { disputed } = together(all);
        expect(found.reduce((total, { completions }) => total + completions, 0)).toBe(disputed.length);
        for (const { share, interval } of found) {
          expect(interval[0]).toBeLessThanOrEqual(share);
          expect(interval[1]).toBeGreaterThanOrEqual(share);
        }
      }),
    );
  });
});
