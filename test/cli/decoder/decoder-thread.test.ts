import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecoderThread } from '#cli/decoder/decoder-thread.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { loadGenerator, type OnnxGenerator } from '#shared/inference/onnx-generator.ts';
import type { GenerationRequest, MadeToken } from '#shared/ports/generator.ts';

const directory = join(packageRoot, 'trainer/microcosm/bases/habit-62-46');
let thread: DecoderThread;
let here: OnnxGenerator;
beforeAll(async () => {
  thread = await DecoderThread.open({ directory, threads: 1 });
  here = await loadGenerator({ directory, threads: 1 });
});
afterAll(async () => {
  await thread.dispose();
  await here.dispose();
});

function request(sample: number, maxTokens = 30): GenerationRequest {
  const draw = { seed: 3, sample, row: 0, step: 0 };
  return { prompt: [5, 9, 11, 14], maxTokens, stop: [], temperature: 1, topP: 0.9, topK: 20, draw };
}

/** Tokens by request, of which the first goes no further than `most`. */
async function made(generator: Pick<DecoderThread, 'generate'>, most: number): Promise<MadeToken[][]> {
  const tokens: MadeToken[][] = [[], []];
  await generator.generate([request(0), request(1)], undefined, (index, token) => {
    tokens[index]?.push(token);
    return index === 1 || (tokens[0]?.length ?? 0) < most;
  });
  return tokens;
}

describe('DecoderThread', () => {
  it('makes the tokens that are made here', async () => {
    const expected: MadeToken[][] = [[], []];
    await here.generate([request(0), request(1)], undefined, (index, token) => {
      expected[index]?.push(token);
      return true;
    });
    expect(await made(thread, Number.POSITIVE_INFINITY)).toEqual(expected);
    expect(expected[1]).toHaveLength(30);
  });

  it('hears that nobody wants the rest of one, and finishes the others', async () => {
    const all = await made(thread, Number.POSITIVE_INFINITY);
    expect(await made(thread, 4)).toEqual([all[0]?.slice(0, 4), all[1]]);
  });

  it('scores as is scored here', async () => {
    const continuations = [[4, 5], [6]];
    expect(await thread.score([5, 9], continuations)).toEqual(await here.score([5, 9], continuations));
  });

  it('throws what was thrown in the thread, and goes on', async () => {
    await expect(thread.score([5], [[100_000]])).rejects.toMatchObject({ code: 'token-unknown' });
    expect(() => thread.checkRequest({ prompt: [], maxTokens: 1 })).toThrow(
      expect.objectContaining({ code: 'prompt-empty' }),
    );
    expect(await made(thread, 1)).toHaveLength(2);
    await expect(
      DecoderThread.open({ directory: join(directory, 'none'), threads: 1 }),
    ).rejects.toMatchObject({
      code: 'model-file-missing',
    });
  });

  it('frees its memory when it is disposed of, and answers no more', async () => {
    const other = await DecoderThread.open({ directory, threads: 1 });
    await other.dispose();
    expect(other.isLost).toBe(true);
    await expect(other.score([5], [[6]])).rejects.toMatchObject({ code: 'decoder-lost' });
    await other.dispose();
  });
});
