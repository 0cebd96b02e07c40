import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MicroSet, microProblems } from '#shared/benchmarks/microcosm/test-sets.ts';
import { vocabulary } from '#shared/benchmarks/microcosm/vocabulary.ts';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import type { EngineClient } from '#trainer/engine-client/engine-client.ts';
import { startEngine } from '#trainer/engine-client/engine-process.ts';
import { pretrain } from '#trainer/microcosm/pretrain.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const sets: readonly MicroSet[] = ['micro-math500', 'micro-olympiad', 'micro-minerva'];
let folders: readonly string[];
let losses: number[];

/** A few steps of both stages on one thread, into a new folder. */
async function pretrainBriefly(engine: EngineClient): Promise<{ folder: string; losses: number[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'oneshot-pretrain-'));
  const losses: number[] = [];
  await pretrain({
    engine,
    output: folder,
    habit: { careful: 0.62, hasty: 0.46 },
    seed: 1,
    threads: 1,
    stages: [
      { stage: 'textbook', steps: 24, peakLearningRate: 1e-2 },
      { stage: 'web', steps: 2, peakLearningRate: 1e-3 },
    ],
    onProgress: (_done, _total, loss) => losses.push(loss),
  });
  return { folder, losses };
}

beforeAll(async () => {
  const engine = await startEngine({
    python: join(root, '.venv/bin/python'),
    engineFolder: join(root, 'trainer/engine'),
  });
  try {
    const first = await pretrainBriefly(engine.client);
    const second = await pretrainBriefly(engine.client);
    folders = [first.folder, second.folder];
    losses = first.losses;
  } finally {
    await engine.stop();
  }
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

describe('pretrain', () => {
  it('lowers the loss from that of guessing any word', () => {
    expect(losses).toHaveLength(26);
    expect(losses[0]).toBeCloseTo(Math.log(vocabulary.length), 0);
    expect(losses[23]).toBeLessThan((losses[0] as number) - 1);
  });

  it('gives the same bytes again', async () => {
    const [a, b] = await Promise.all(folders.map((folder) => readFile(join(folder, 'model.safetensors'))));
    expect(a?.equals(b as Buffer)).toBe(true);
  });

  it('writes a tokenizer with a token for each word, which gives every question back', async () => {
    const [tokenizer, render] = [
      await loadTokenizer(folders[0] as string),
      await loadChatTemplate(folders[0] as string),
    ];
    for (const { problem } of sets.flatMap((set) => microProblems(set))) {
      const prompt = render([{ role: 'user', content: problem }]);
      expect(prompt).toBe(`<q> ${problem} <a>`);
      const tokens = tokenizer.encode(prompt, { addSpecialTokens: false });
      expect(tokens.map((token) => vocabulary[token])).toEqual(prompt.split(' '));
      expect(tokenizer.decode(tokens)).toBe(problem);
    }
    expect(tokenizer.endTokens).toEqual([vocabulary.indexOf('<eos>')]);
  });
});
