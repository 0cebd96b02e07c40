import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { benchmarkOf, chatPrompts } from '#bench/evaluate/inputs.ts';
import { venvPython } from '#cli/bootstrap/venv-folder.ts';
import { loadPolicyText } from '#functions/generate/policy/load-policy-text.ts';
import { thirdPartyData } from '#scripts/third-party-data.ts';
import { loadDecoder } from '#shared/inference/decoder.ts';

const { ONESHOT_SMOLLM2: model = '' } = process.env;
const missing = [
  existsSync(join(model, 'config.json')) ? '' : 'ONESHOT_SMOLLM2 (node bench/models/fetch-smollm2.ts DIR)',
  existsSync(join(thirdPartyData, 'benchmarks')) ? '' : 'benchmarks in ONESHOT_DATA',
].filter(Boolean);
const why = missing.length > 0 ? ` (skipped without ${missing.join(' and ')})` : '';

const PROMPTS = 20;
const NEW = 64;
const EVERY = 16;

/** Greedy completions past their ends, and of each the logits of every 16th token. */
async function complete(prompts: readonly (readonly number[])[]) {
  const decoder = await loadDecoder(model, { threads: 2 });
  const { vocabulary } = decoder.config;
  const prefilled = await decoder.prefill(prompts);
  const longest = Math.max(...prompts.map(({ length }) => length));
  const batch = decoder.batch(prompts.length, longest + NEW);
  const made = prompts.map((prompt) => ({
    prompt,
    completion: [] as number[],
    logits: [] as Float32Array[],
  }));
  for (const row of prompts.keys()) batch.add(prefilled, row);
  let now = prefilled.logits;
  for (let i = 0; i < NEW; i++) {
    if (i > 0)
      ({ logits: now } = await batch.step(made.map(({ completion }) => completion.at(-1) as number)));
    for (const [row, { completion, logits }] of made.entries()) {
      const own = now.slice(row * vocabulary, (row + 1) * vocabulary);
      completion.push(own.indexOf(own.reduce((most, value) => Math.max(most, value))));
      if (i % EVERY === 0) logits.push(own);
    }
  }
  batch.release();
  await decoder.release();
  return made;
}

it.skipIf(missing.length > 0)(
  `SmolLM2-135M-Instruct says what transformers says, token for token${why}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'oneshot-smollm2-'));
    try {
      const { problems } = await benchmarkOf('math500');
      const made = await complete(chatPrompts(problems.slice(0, PROMPTS), await loadPolicyText(model)));
      const [texts, file] = [join(folder, 'texts.json'), join(folder, 'logits')];
      await writeFile(texts, JSON.stringify(made.map(({ prompt, completion }) => ({ prompt, completion }))));
      const args = ['test/long/smollm2_greedy.py', model, texts, file];
      const said = execFileSync(venvPython(process.env), args, { encoding: 'utf8' });
      const expected = JSON.parse(said.trim().split('\n').at(-1) ?? '') as number[][];
      const theirs = new Float32Array((await readFile(file)).buffer);
      let [worst, place] = [0, 0];
      for (const own of made.flatMap(({ logits }) => logits))
        for (const value of own) worst = Math.max(worst, Math.abs(value - (theirs[place++] as number)));
      process.stderr.write(`logits differ by ${worst} at most\n`);
      // Each token is the likeliest after those before it: the same text, token by token.
      expect(made.map(({ completion }) => completion)).toEqual(expected);
      expect(place).toBe(theirs.length);
      expect(worst).toBeLessThan(2e-3);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  1_800_000,
);
