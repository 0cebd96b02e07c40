import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { generateShard } from '#functions/generate/generate-shard.ts';
import { samplerOf } from '#functions/generate/sampler-of.ts';
import { StoringSpeed } from '#functions/generate/storing-speed.ts';
import { loadGenerator } from '#shared/inference/onnx-generator.ts';
import { writeSafetensors } from '#shared/inference/safetensors.ts';
import type { Message } from '#shared/messaging/messages.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { microcosm, randomTensors, writeRandomModel } from '../../shared/inference/random-model.ts';
import { SmallWorld, scriptedPolicy } from '../small-world.ts';

let directory = '';
afterEach(() => rm(directory, { recursive: true }));

async function setNorm(value: number): Promise<void> {
  directory = await writeRandomModel(microcosm);
  const shape = [microcosm.hidden];
  const norm = { dtype: 'F32', shape, data: new Float32Array(microcosm.hidden).fill(value) } as const;
  const tensors = { ...randomTensors(microcosm, 1), 'model.norm.weight': norm };
  await writeFile(join(directory, 'model.safetensors'), writeSafetensors(tensors));
}

it.each([
  ['logits-nonfinite', 3e38],
  ['weight-nonfinite', Number.NaN],
])(
  'a shard whose model cannot be computed fails with that reason, and is never scored: %s',
  async (reason, norm) => {
    await setNorm(norm);
    const world = await SmallWorld.create();
    const ask = await world.ask(await world.request({ problems: 10 }));
    await world.deliver(ask);
    const load = async () => {
      const generator = await loadGenerator({ directory, threads: 1 });
      const generateInTurn = generator.generateInTurn.bind(generator);
      return { ...scriptedPolicy, prompt: () => [1, 2, 3], generateInTurn };
    };
    const { store, send } = world;
    await generateShard(world.sent.shift() as Extract<Message, { type: 'generate-shard' }>, {
      takeTurn: (_, work) => work(),
      speed: new StoringSpeed(),
      store,
      send,
      sampler: samplerOf({ store, load, endpoints: {} }),
      remainingMs: () => Number.POSITIVE_INFINITY,
    });
    expect(world.sent).toEqual([]);
    const summary = await read(store, record.summary({ evaluation: ask.evaluation, round: 0 }));
    expect(summary.coverage).toMatchObject({ scored: 0, failed: { [reason]: 1 } });
    expect(summary.graders['reward']?.average).toMatchObject({ mean: null, bounds: [0, 1] });
  },
);
