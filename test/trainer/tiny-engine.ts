/** What the tests of a real engine share: how it is started, and a model of 10,640 parameters for it. */
import { resolve } from 'node:path';
import type { Args } from '#trainer/engine-client/engine-protocol.ts';

/** Where this checkout's engine is; absolute, for tests that change the current folder. */
export const ENGINE = { python: resolve('.venv/bin/python'), engineFolder: resolve('trainer/engine') };

/** 43 tokens, a context of 512. */
export const TINY_MODEL = resolve('test/golden/inference/qwen2-tied');

export const ADAMW: Args<'create'>['optimizer'] = {
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0.01,
  decay: 'all',
};

/** Arguments of the verb `create` for the tiny model, alone unless the changes say more. */
export function tinyCreate(changes: Partial<Args<'create'>> = {}): Args<'create'> {
  return {
    model: TINY_MODEL,
    reference: null,
    critic: null,
    threads: 1,
    device: 'cpu',
    precision: 'fp32',
    matmul: 'exact',
    gradientCheckpointing: false,
    tokenBudget: 512,
    optimizer: ADAMW,
    ...changes,
  };
}
