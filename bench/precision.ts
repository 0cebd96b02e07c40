/**
 * What weights in 8 and 4 bits change in what SmolLM2-135M-Instruct says: mean KL divergence from fp32 over every position of
 * 50 problems as chat prompts, beside what llama.cpp's Q8_0 and Q4_0 of the same weights diverge from its F32.
 *
 * Needs `ONESHOT_SMOLLM2` (`node bench/models/fetch-smollm2.ts DIR`) and the problems of `ONESHOT_DATA`;
 * `ONESHOT_BENCH_PROMPTS` takes fewer.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { loadPolicyText } from '#functions/generate/policy/load-policy-text.ts';
import type { BenchResult } from './bench-result.ts';
import { benchmarkOf, chatPrompts, smolLm2Folder } from './evaluate/inputs.ts';
import { THREADS } from './inference/settings.ts';
import { installLlamaCpp, smolLm2Gguf } from './peers/peer-models.ts';
import { runProgram } from './peers/run-program.ts';
import type { Divergence } from './precision/divergence.ts';
import { ourDivergences } from './precision/our-divergences.ts';

const PROMPTS = Number(process.env['ONESHOT_BENCH_PROMPTS'] ?? 50);
const PAIRS = [
  ['int8', 'Q8_0'],
  ['int4', 'Q4_0'],
] as const;

const Said = z.array(z.object({ mean: z.number(), same_token: z.number() }));

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const model = smolLm2Folder();
  const { problems } = await benchmarkOf('math500');
  const text = await loadPolicyText(model);
  const every = Math.floor(problems.length / PROMPTS);
  const chosen = problems.filter((_, i) => i % every === 0).slice(0, PROMPTS);
  const prompts = chatPrompts(chosen, text);
  const ours = await ourDivergences(model, prompts, THREADS);
  const peers = await peerDivergences(prompts);
  const metrics: Record<string, number> = {
    prompts: prompts.length,
    positions: prompts.reduce((sum, { length }) => sum + length, 0),
  };
  for (const [name, { mean, sameToken }] of Object.entries({ ...ours, ...peers })) {
    metrics[`${name}/kl`] = mean;
    metrics[`${name}/same_token`] = sameToken;
  }
  const targets = PAIRS.map(([own, other]) => {
    const [value, target] = [ours[own].mean, peers[other]?.mean ?? Number.NaN];
    return { what: `KL of ${own} ≤ that of llama.cpp's ${other}`, value, target, met: value <= target };
  });
  return { metrics, targets };
}

async function peerDivergences(prompts: readonly (readonly number[])[]): Promise<Record<string, Divergence>> {
  const folder = mkdtempSync(join(tmpdir(), 'oneshot-precision-'));
  try {
    const file = join(folder, 'prompts.json');
    writeFileSync(file, JSON.stringify(prompts));
    const program = join(import.meta.dirname, 'peers/divergence_with_llama_cpp.py');
    const files = [await smolLm2Gguf('F32'), await smolLm2Gguf('Q8_0'), await smolLm2Gguf('Q4_0')];
    const { said } = await runProgram(installLlamaCpp(), [program, file, String(THREADS), ...files]);
    return Object.fromEntries(
      Said.parse(said).map(({ mean, same_token }, i) => [PAIRS[i]?.[1], { mean, sameToken: same_token }]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
