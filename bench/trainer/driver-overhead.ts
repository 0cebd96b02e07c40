import { canonicalJson } from '#shared/canonical-json.ts';
import { assignAdvantages } from '#trainer/assign-advantages.ts';
import { encodeArray } from '#trainer/base64-array.ts';
import { RunSettings } from '#trainer/config.ts';
import type { EngineClient } from '#trainer/engine-client.ts';
import { PhaseClock } from '#trainer/phase-clock.ts';
import type { GradedRollout } from '#trainer/rollouts.ts';
import { scoreRollouts } from '#trainer/score-rollouts.ts';
import { split } from '#trainer/sequences.ts';
import { update } from '#trainer/update.ts';
import { median } from '../quantile.ts';

const [PROMPTS, SAMPLES, PROMPT_TOKENS, TOKENS] = [128, 8, 128, 512];
const REPETITIONS = 15;

/**
 * What the driver itself adds to a step, in milliseconds: everything between an engine's answer and the next request,
 * with an engine that answers at once from records. Verifying, detokenising and storing are not in it; the journal's
 * text is, apart.
 */
export async function driverOverhead(): Promise<Record<string, number>> {
  const settings = RunSettings.parse({ recipe: 'bench', steps: 1, prompts: PROMPTS, samples: SAMPLES });
  const engine = recordedEngine();
  const phases = new PhaseClock({ now: () => performance.now() });
  const times: { rollouts: number; score: number; update: number; journal: number }[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const clock = stopwatch();
    const graded = recordedRollouts();
    const rollouts = clock();
    const complete = assignAdvantages(await scoreRollouts(graded, settings, engine, phases), settings);
    const score = clock();
    await update(engine, 2, complete, settings);
    const updating = clock();
    canonicalJson({ schemaVersion: 1, step: 2, rollouts: complete });
    times.push({ rollouts, score, update: updating, journal: clock() });
  }
  const of = (part: keyof (typeof times)[number]) => median(times.map((time) => time[part]));
  return {
    'driver/rollouts_ms': of('rollouts'),
    'driver/score_ms': of('score'),
    'driver/update_ms': of('update'),
    'driver/journal_text_ms': of('journal'),
    'driver/overhead_ms': median(times.map(({ rollouts, score, update }) => rollouts + score + update)),
  };
}

function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const passed = now - last;
    last = now;
    return passed;
  };
}

const ROWS = PROMPTS * SAMPLES;
const drawnTokens = Int32Array.from({ length: ROWS * TOKENS }, (_, i) => i % 32_000);
const drawnLogprobs = Float32Array.from(drawnTokens, (token) => -token / 32_000);
const prompt = Int32Array.from({ length: PROMPT_TOKENS }, (_, i) => i);

function recordedEngine(): EngineClient {
  const tensors = {
    logprobs: drawnLogprobs,
    entropy: drawnLogprobs,
    pg: drawnLogprobs,
    kl: drawnLogprobs,
  };
  const call = async () => ({ result: { loss: 0, gradNorm: 1 }, tensors });
  return { call } as unknown as EngineClient;
}

function recordedRollouts(): GradedRollout[] {
  const lengths = new Array<number>(ROWS).fill(TOKENS);
  const logprobs = split(drawnLogprobs, lengths);
  return split(drawnTokens, lengths).map((completion, b) => ({
    row: Math.floor(b / SAMPLES),
    sample: b % SAMPLES,
    example: 'one',
    prompt: encodeArray(prompt),
    completion: encodeArray(completion),
    truncated: false,
    text: '',
    samplerLogprobs: encodeArray(logprobs[b] as Float32Array),
    verdict: b % 3 === 0 ? 'correct' : 'incorrect',
    reason: '',
    extracted: null,
    reward: b % 3 === 0 ? 1 : 0,
  }));
}
