import { expect, test } from 'vitest';
import { drawCompletions } from '#bench/fleet/completions.ts';
import { spotGpu } from '#bench/fleet/spot-gpu.ts';

test('a larger model takes longer on a GPU, and each the time of its start at least', () => {
  const minutes = (['0.5B', '1.5B', '7B'] as const).map(
    (model) => spotGpu(model, drawCompletions(0)).minutes,
  );
  expect(minutes).toEqual(minutes.toSorted((one, other) => one - other));
  expect(minutes[0]).toBeGreaterThan(5);
});
