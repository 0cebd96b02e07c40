import { expect, test } from 'vitest';
import { drawCompletions } from '#bench/fleet/completions.ts';
import { planShards } from '#bench/fleet/plan-shards.ts';

const asked = drawCompletions(0);

test.each([6, 25, 100])('shards of %i hold every completion once, and no more than that', (size) => {
  const shards = planShards(asked, size);
  expect(shards.flat()).toEqual(asked);
  expect(Math.max(...shards.map(({ length }) => length))).toBe(size);
});

test('shards shrink at the end, as plan has it', () => {
  expect(planShards(asked, 25).at(-1)?.length).toBeLessThan(10);
});
