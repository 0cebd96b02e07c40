import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawOf } from '#shared/inference/text/draw-of.ts';
import { TextModel, type TextPiece } from '#shared/inference/text/text-model.ts';

let model: TextModel;
beforeAll(async () => {
  model = await TextModel.open(resolve('trainer/microcosm/bases/habit-62-46'), { threads: 1 });
});
afterAll(() => model.release());

interface Asked {
  readonly prompt?: string;
  readonly temperature?: number;
  readonly sample?: number;
  readonly maxTokens?: number;
  readonly stop?: readonly string[];
  readonly signal?: AbortSignal;
}

/** The pieces of several texts that are made together. */
async function made(asked: readonly Asked[]): Promise<TextPiece[][]> {
  const pieces: TextPiece[][] = asked.map(() => []);
  await model.complete(
    asked.map(({ prompt = 'What is 2 + 3 ?', temperature = 1, sample = 0, maxTokens = 20, ...rest }, i) => {
      const tokens = model.encodeChat([{ role: 'user', content: prompt }]);
      const draw = drawOf(7, sample, tokens);
      const onPiece = (piece: TextPiece) => pieces[i]?.push(piece);
      return { prompt: tokens, temperature, topP: 1, maxTokens, stop: [], draw, onPiece, ...rest };
    }),
  );
  return pieces;
}

const textOf = (pieces: readonly TextPiece[] = []) => pieces.map(({ text }) => text).join('');
const samples = [0, 1, 2, 3, 4, 5].map((sample) => ({ sample }));

describe('TextModel', () => {
  it('gives a piece for each token, of which the last says why it ended', async () => {
    const all = await made([...samples, { maxTokens: 3 }]);
    for (const pieces of all) {
      expect(pieces.length).toBeGreaterThan(0);
      expect(pieces.slice(0, -1).every(({ finish }) => finish === undefined)).toBe(true);
      expect(pieces.at(-1)?.finish).toMatch(/stop|length/);
    }
    const cut = all.at(-1) as TextPiece[];
    expect(cut).toHaveLength(3);
    expect(textOf(cut)).toBe(model.decode(cut.map(({ token }) => token)));
  });

  it('makes the same text alone and in company', async () => {
    const together = await made(samples);
    for (const [i, asked] of samples.entries()) expect(await made([asked])).toEqual([together[i]]);
    expect(new Set(together.map(textOf)).size).toBeGreaterThan(1);
  });

  it('ends before a stop string, and leaves others alone', async () => {
    const [free, other] = await made(samples);
    const text = textOf(free);
    const stop = text.slice(3, 6);
    const [stopped, same] = await made([{ sample: 0, stop: [stop] }, { sample: 1 }]);
    expect(textOf(stopped)).toBe(text.slice(0, text.indexOf(stop)));
    expect(stopped?.at(-1)?.finish).toBe('stop');
    expect(stopped?.length).toBeLessThan(free?.length as number);
    expect(same).toEqual(other);
  });

  it('tells nobody of a text whose reader is gone, and goes on with the others', async () => {
    const gone = new AbortController();
    gone.abort();
    const [nothing, other] = await made([{ sample: 0, signal: gone.signal }, { sample: 1 }]);
    expect(nothing).toEqual([]);
    expect([other]).toEqual(await made([{ sample: 1 }]));
  });

  it('refuses what cannot be completed', () => {
    expect(() => model.check({ prompt: [], maxTokens: 1 })).toThrow(
      expect.objectContaining({ code: 'prompt-empty' }),
    );
  });

  it('begins choices where the first of them becomes a token with the end of the prompt', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'oneshot-choices-'));
    await cp('test/golden/inference/qwen2-tied', folder, { recursive: true });
    await cp('test/golden/inference/tokenizer/tokenizer.json', join(folder, 'tokenizer.json'));
    const reader = await TextModel.open(folder, { threads: 1 });
    const [text, apart, joined] = ['I saw t', ' 12', 'he other'];
    const alone = reader.encode(text);
    expect(reader.encodeChoices(text, [apart]).prompt).toEqual(alone);
    const { prompt, choices } = reader.encodeChoices(text, [apart, joined]);
    expect(prompt).toEqual(alone.slice(0, prompt.length));
    expect(prompt.length).toBeLessThan(alone.length);
    expect([...prompt, ...(choices[0] ?? [])]).toEqual(reader.encode(text + apart));
    expect([...prompt, ...(choices[1] ?? [])]).toEqual(reader.encode(text + joined));
    await reader.release();
    await rm(folder, { recursive: true });
  });
});
