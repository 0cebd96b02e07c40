import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scoreChoices } from '#cli/generate/score.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { type Decoder, loadDecoder } from '#shared/inference/decoder.ts';
import type { Scored } from '#shared/inference/score-continuations.ts';
import { TextModel } from '#shared/inference/text/text-model.ts';

const folder = join(packageRoot, 'trainer/microcosm/bases/habit-62-46');
let home: string;
let model: TextModel;
let decoder: Decoder;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'oneshot-score-'));
  model = await TextModel.open(folder, { threads: 1 });
  decoder = await loadDecoder(folder, { threads: 1 });
});
afterAll(async () => {
  await model.release();
  await decoder.release();
  rmSync(home, { recursive: true });
});

interface Line {
  readonly id: string | number;
  readonly likeliest: number;
  readonly choices: readonly { text: string; logprob: number; logprobs: number[] }[];
}

async function scored(
  rows: readonly object[],
  more: { raw?: boolean; chat?: boolean } = {},
): Promise<Line[]> {
  const [input, out] = [join(home, 'in.jsonl'), join(home, 'out.jsonl')];
  writeFileSync(input, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await scoreChoices(folder, {
    ...{ home, in: input, out, json: false, raw: false, chat: false, threads: 1, precision: 'fp32', ...more },
  });
  const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Line);
}

/** By the logits after each prefix of a text, one prompt at a time. */
async function directly(prompt: readonly number[], continuation: readonly number[]): Promise<number[]> {
  const logprobs: number[] = [];
  for (const [i, token] of continuation.entries()) {
    const { logits } = await decoder.prefill([[...prompt, ...continuation.slice(0, i)]]);
    const largest = logits.reduce((a, b) => Math.max(a, b));
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    logprobs.push((logits[token] as number) - largest - Math.log(total));
  }
  return logprobs;
}

describe('oneshot generate --score', () => {
  it('gives the log-probabilities that the model has for each token, of texts and chats', async () => {
    const choices = ['5', ' 12', '2 + 3', '<eos>'];
    const messages = [{ role: 'user', content: 'What is 2 + 3 ?' } as const];
    const chats = [
      { prompt: 'What is 2 + 3 ?', choices },
      { id: 'm', messages, choices },
    ];
    const [asPrompt, asMessages] = (await scored(chats)) as [Line, Line];
    const [raw] = (await scored([{ id: 7, prompt: 'What is 2 + 3 ?', choices }], { raw: true })) as [Line];
    expect(asMessages).toEqual({ ...asPrompt, id: 'm' });
    expect([asPrompt.id, raw.id]).toEqual([1, 7]);
    expect(raw.choices[0]?.logprobs).not.toEqual(asPrompt.choices[0]?.logprobs);
    for (const [line, prompt] of [
      [asPrompt, model.encodeChat(messages)],
      [raw, model.encode('What is 2 + 3 ?')],
    ] as const)
      for (const [i, { text, logprob, logprobs }] of line.choices.entries()) {
        expect(text).toBe(choices[i]);
        const whole = model.encode(text);
        const expected = await directly(prompt, whole);
        expect(logprobs).toHaveLength(expected.length);
        for (const [at, each] of expected.entries()) expect(logprobs[at]).toBeCloseTo(each, 4);
        expect(logprob).toBeCloseTo(
          expected.reduce((sum, each) => sum + each, 0),
          3,
        );
      }
    for (const { choices: told, likeliest } of [asPrompt, raw]) {
      const best = Math.max(...told.map(({ logprob }) => logprob));
      expect(told[likeliest]?.logprob).toBe(best);
    }
  });

  it('prefers what the model itself goes on with, wherever it stands', async () => {
    const prompt = model.encodeChat([{ role: 'user', content: 'What is 2 + 3 ?' }]);
    const { likeliest } = (await model.score(prompt, [[]]))[0] as Scored;
    const own = model.decode([likeliest[0]?.token as number]);
    const others = ['7', 'What', '?'].filter((text) => text !== own);
    const rows = [
      [own, ...others],
      [...others, own],
    ].map((choices) => ({ prompt: 'What is 2 + 3 ?', choices }));
    const [first, last] = (await scored(rows)) as [Line, Line];
    expect([first.likeliest, last.likeliest]).toEqual([0, others.length]);
  });

  it.each([
    [{ prompt: 'a' }, 'choices'],
    [{ prompt: 'a', choices: [] }, 'choices'],
    [{ prompt: 'a', choices: [''] }, 'choices'],
    [{ choices: ['5'] }, 'neither prompt nor messages'],
    [{ id: 'x', prompt: 'What is', choices: ['5', '\u{1f600}'] }, 'Prompt "x": its choice'],
  ])('refuses %j before anything is scored', async (row, said) => {
    const message = expect.stringContaining(said);
    const both = [{ prompt: 'What is 2 + 3 ?', choices: ['5'] }, row];
    await expect(scored(both)).rejects.toMatchObject({ code: 'prompts-invalid', message });
  });

  it('names the prompt that does not fit with its choice', async () => {
    const choices = ['5', '2 + 3 '.repeat(300)];
    await expect(scored([{ id: 'long', prompt: 'What is', choices }])).rejects.toMatchObject({
      code: 'prompt-too-long',
      message: expect.stringContaining('Prompt "long"'),
    });
  });
});
