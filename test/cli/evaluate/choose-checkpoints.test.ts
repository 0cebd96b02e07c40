import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseCheckpoints } from '#cli/evaluate/choose-checkpoints.ts';
import type { StoredCheckpoint } from '#shared/storage/checkpoint-line.ts';

function lineOf(steps: readonly number[]): readonly StoredCheckpoint[] {
  const rest = { schemaVersion: 1, model: 'm'.repeat(26), state: {}, parent: null } as const;
  return steps.map((step) => ({
    key: `${step}`,
    checkpoint: { ...rest, step, steps: [], evaluation: null },
  }));
}
const stepsOf = (chosen: readonly StoredCheckpoint[]) => chosen.map(({ checkpoint }) => checkpoint.step);
const choose = (steps: readonly number[], choice: Parameters<typeof chooseCheckpoints>[2]) =>
  stepsOf(chooseCheckpoints('r', lineOf(steps), choice));

describe('the checkpoints of a run that are scored', () => {
  const steps = [0, 20, 40, 60, 70];

  it.each([
    [{}, steps],
    [{ checkpoints: ['last', 0] as const }, [0, 70]],
    [{ checkpoints: [20, 20, 40] }, [20, 40]],
    [{ every: 40 }, [0, 40]],
    [{ every: 40, checkpoints: ['last'] as const }, [0, 40, 70]],
  ])('by %j are %j', (choice, expected) => {
    expect(choose(steps, choice)).toEqual(expected);
  });

  it('are named where one is not there', () => {
    const unknown = { code: 'checkpoint-unknown' };
    expect(() => choose(steps, { checkpoints: [30, 40] })).toThrow(
      'no checkpoint of step 30. Its checkpoints: 0, 20',
    );
    expect(() => choose([], { checkpoints: ['last'] })).toThrow('no checkpoint. Its checkpoints: none yet');
    expect(() => choose([], {})).toThrow(expect.objectContaining(unknown));
    expect(() => choose([10, 30], { every: 20 })).toThrow(expect.objectContaining(unknown));
  });

  it('stand in the order of the run, each once, whatever is named', () => {
    const anyLine = fc.uniqueArray(fc.nat(50), { minLength: 1 }).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(anyLine, fc.array(fc.nat(100), { minLength: 1 }), (all, picks) => {
        const named = picks.map((pick) => all[pick % all.length] as number);
        expect(choose(all, { checkpoints: named })).toEqual([...new Set(named)].sort((a, b) => a - b));
      }),
    );
  });
});
