import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Line, oneshot } from './oneshot.ts';

/** What becomes of a base model in 60 steps of a recipe; averages of the six sets, in points. */
interface Expectation {
  readonly recipe: string;
  readonly base: 'habit-62-46' | 'habit-70-35';
  readonly becomes: string;
  readonly holds: (base: number, trained: number) => boolean;
}

/** Outside these something is broken, on any CPU: ranges found with several bases and seeds. */
export const expectations: readonly [Expectation, ...Expectation[]] = [
  {
    recipe: 'micro-pi1',
    base: 'habit-62-46',
    becomes: 'learns from one example by GRPO',
    holds: (base, trained) => trained > 48 && trained - base > 35,
  },
  {
    recipe: 'micro-ppo',
    base: 'habit-62-46',
    becomes: 'learns from one example by PPO',
    holds: (base, trained) => trained - base > 25,
  },
  {
    recipe: 'micro-policy-off',
    base: 'habit-70-35',
    becomes: 'stays as it is without the policy loss',
    holds: (base, trained) => Math.abs(trained - base) < 4,
  },
  {
    recipe: 'micro-entropy-only',
    base: 'habit-70-35',
    becomes: 'gains nothing by the entropy loss alone',
    holds: (base, trained) => trained < base + 4,
  },
  {
    recipe: 'micro-format',
    base: 'habit-62-46',
    becomes: 'learns little from the format reward',
    holds: (_, trained) => trained < 35,
  },
  {
    recipe: 'micro-label-49',
    base: 'habit-70-35',
    becomes: 'gains nothing from a wrong label that is easily guessed',
    holds: (base, trained) => trained < base + 4,
  },
  {
    recipe: 'micro-label-98',
    base: 'habit-70-35',
    becomes: 'gains nothing from a wrong label that is never guessed',
    holds: (base, trained) => trained < base + 4,
  },
];

/** One test for each expectation and seed. @param options - of the command besides */
export function testLearning(seeds: readonly number[], options: readonly string[] = []): void {
  for (const seed of seeds) {
    it.each(expectations)(`with seed ${seed}, $base $becomes`, async ({ recipe, base, holds }) => {
      const { before, after } = await trainedBy(recipe, base, [...options, '--seed', String(seed)]);
      process.stderr.write(`${recipe}, seed ${seed}: ${before.toFixed(1)} → ${after.toFixed(1)}\n`);
      expect(holds(before, after), `${before} → ${after}`).toBe(true);
    });
  }
}

async function trainedBy(recipe: string, base: string, options: readonly string[]) {
  const home = await mkdtemp(join(tmpdir(), 'oneshot-learning-'));
  try {
    const args = ['--model', join('trainer/microcosm/bases', base), ...options];
    const { lines, stderr } = await oneshot([
      ...['train', recipe, '--home', home, '--checkpoint-every', '60', '--wait', '--json'],
      ...args,
    ]);
    expect(stderr).toBe('');
    return averages(lines);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Of the first and the last row that a command printed, in points. */
export function averages(lines: readonly Line[]): { readonly before: number; readonly after: number } {
  const rows = (lines.at(-1)?.['rows'] ?? []) as readonly { readonly average: { readonly mean: number } }[];
  const points = (row: (typeof rows)[number] | undefined) => 100 * (row?.average.mean ?? Number.NaN);
  return { before: points(rows.at(0)), after: points(rows.at(-1)) };
}
