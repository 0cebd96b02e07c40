import { expect, it } from 'vitest';
import { coreShortage } from '#cli/train/core-shortage.ts';
import { RunSettings } from '#trainer/settings/config.ts';

const { engine } = RunSettings.parse({ recipe: 'own', steps: 1 });

it('says that steps take longer where training and scoring have more threads than there are cores', () => {
  const short = coreShortage({ ...engine, threads: 4 }, { workers: 2, threads: 3 }, 8);
  expect(short).toMatch(
    /^6 threads score checkpoints beside the 4 that train, on 8 cores: .* --evaluate after/,
  );
});

it('says nothing where the cores are enough, and counts one core for each rank on a GPU', () => {
  expect(coreShortage({ ...engine, threads: 4 }, { workers: 2, threads: 2 }, 8)).toBeUndefined();
  const gpus = { ...engine, device: 'cuda', threads: 64, ranks: 4 } as const;
  expect(coreShortage(gpus, { workers: 1, threads: 4 }, 8)).toBeUndefined();
  expect(coreShortage(gpus, { workers: 1, threads: 5 }, 8)).toContain('beside the 4');
});
