import { describe, expect, it } from 'vitest';
import { averageP } from '#shared/comparison/average-p.ts';
import type { PairedSet } from '#shared/comparison/paired-set.ts';

function set(benchmark: string, steps: readonly number[], unit = 1): PairedSet {
  return { benchmark, steps, unit };
}

describe('averageP', () => {
  it('is the share of signs that give a mean as far from 0, within what 40,000 draws can be off', () => {
    // Means of 1 to 3 steps of 1/4 over 4 problems, and of single samples over 2: by trying all signs.
    const [a, b] = [set('a', [3, 1, 1, -1], 1 / 4), set('b', [1, 0])];
    const observed = Math.abs(4 / 16 + 1 / 2);
    let far = 0;
    for (let signs = 0; signs < 32; signs++) {
      const flip = (bit: number, value: number) => ((signs >> bit) & 1 ? -value : value);
      const mean = (flip(0, 3) + flip(1, 1) + flip(2, 1) + flip(3, 1)) / 16 + flip(4, 1) / 2;
      far += Number(Math.abs(mean) >= observed - 1e-12);
    }
    expect(far).toBeLessThan(32);
    expect(Math.abs(averageP([a, b]) - far / 32)).toBeLessThan(0.01);
  });

  it('is never 0, the same each time, and the same for both sides', () => {
    const sets = ['a', 'b', 'c'].map((name) => set(name, Array(200).fill(1)));
    expect(averageP(sets)).toBe(1 / 40_001);
    const mixed = [set('a', [1, 1, 0, 1, -1]), set('b', [2, 1, 0], 1 / 8)];
    expect(averageP(mixed)).toBe(averageP(mixed));
    expect(averageP(mixed.map((each) => ({ ...each, steps: each.steps.map((step) => -step) })))).toBe(
      averageP(mixed),
    );
  });

  it('is 1 where nothing differs', () => {
    expect(averageP([set('a', [0, 0]), set('b', [0])])).toBe(1);
  });
});
