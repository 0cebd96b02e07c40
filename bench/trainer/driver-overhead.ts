import { setImmediate as nextTurn } from 'node:timers/promises';
import { assignAdvantages } from '#trainer/advantages/assign-advantages.ts';
import type { EngineClient } from '#trainer/engine-client/engine-client.ts';
import { encodeFrame, type Frame, FrameReader } from '#trainer/engine-client/engine-frames.ts';
import type { TensorsOut } from '#trainer/engine-client/engine-protocol.ts';
import { split } from '#trainer/engine-client/ragged-arrays.ts';
import { journalBytes } from '#trainer/journal/journal-bytes.ts';
import type { Graded } from '#trainer/rollouts/rollout.ts';
import { scoreRollouts } from '#trainer/rollouts/score-rollouts.ts';
import { RunSettings } from '#trainer/settings/config.ts';
import { PhaseClock } from '#trainer/telemetry/phase-clock.ts';
import { update } from '#trainer/update/update.ts';
import { median } from '../quantile.ts';

const [PROMPTS, SAMPLES, PROMPT_TOKENS, TOKENS] = [128, 8, 128, 512];
/** Those of the first steps, in which code is compiled, are not counted. */
const [WARM_UP, REPETITIONS] = [20, 25];

/**
 * How long the engine waits for the driver in a step, in milliseconds: from each of its answers to the next request,
 * with an engine that answers from records. Verifying, detokenising and storing are not in it; making the journal's
 * text is, apart.
 */
export async function driverOverhead(): Promise<Record<string, number>> {
  const settings = RunSettings.parse({ recipe: 'bench', steps: 1, prompts: PROMPTS, samples: SAMPLES });
  const phases = new PhaseClock({ now: () => performance.now() });
  const times: Record<string, number>[] = [];
  for (let repetition = 0; repetition < WARM_UP + REPETITIONS; repetition++) {
    const waits = new Map<string, number>();
    const engine = recordedEngine(waits);
    const { tensors } = await engine.call(
      'sample',
      { ...settings.sampling, samples: SAMPLES, stop: [], step: 2 },
      asked,
    );
    const scored = await scoreRollouts(recordedRollouts(tensors), settings, engine, phases);
    const rollouts = assignAdvantages(scored, settings);
    await update(engine, 2, rollouts, settings);
    const start = performance.now();
    journalBytes(2, rollouts);
    times.push({
      ...Object.fromEntries(
        ['forward', 'forward_backward', 'optim_step'].map((verb) => [
          `driver/before_${verb}_ms`,
          waits.get(verb) ?? Number.NaN,
        ]),
      ),
      'driver/journal_text_ms': performance.now() - start,
      'driver/overhead_ms': [...waits.values()].reduce((a, b) => a + b),
    });
  }
  const names = Object.keys(times[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, median(times.slice(WARM_UP).map((time) => time[name] as number))]),
  );
}

const ROWS = PROMPTS * SAMPLES;
const drawnTokens = Int32Array.from({ length: ROWS * TOKENS }, (_, i) => i % 32_000);
const drawnLogprobs = Float32Array.from(drawnTokens, (token) => -token / 32_000);
const answers = new Map(
  Object.entries({
    sample: { tokens: drawnTokens, logprobs: drawnLogprobs },
    forward: { logprobs: drawnLogprobs, entropy: drawnLogprobs },
    forward_backward: {
      logprobs: drawnLogprobs,
      entropy: drawnLogprobs,
      pg: drawnLogprobs,
      kl: drawnLogprobs,
    },
    optim_step: {},
  }).map(([verb, tensors]) => [verb, Buffer.concat(encodeFrame({ header: {}, tensors }))]),
);
const prompt = Int32Array.from({ length: PROMPT_TOKENS }, (_, i) => i);
const empty = new Int32Array(0);
/** The recorded engine answers the same, whatever the prompts are. */
const asked = { tokens: empty, lengths: empty, rows: empty };

/** @param waits - by verb, the time that passed since the answer before it came */
function recordedEngine(waits: Map<string, number>): EngineClient {
  const reader = new FrameReader();
  let came: number | undefined;
  const call = async (verb: string, args: object, sent: Frame['tensors'] = {}) => {
    encodeFrame({ header: { verb, args }, tensors: sent });
    if (came !== undefined) waits.set(verb, performance.now() - came);
    const answer = answers.get(verb) as Buffer;
    // What the driver does before it waits for the answer, it does while an engine works.
    await nextTurn();
    came = performance.now();
    const [frame] = chunksOf(answer).flatMap((chunk) => reader.push(chunk));
    return { result: { loss: 0, gradNorm: 1 }, tensors: frame?.tensors };
  };
  return { call } as unknown as EngineClient;
}

/** As a socket hands them over. */
function chunksOf(bytes: Buffer): Buffer[] {
  const count = Math.ceil(bytes.length / 65_536);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * 65_536, (i + 1) * 65_536));
}

function recordedRollouts(drawn: Pick<TensorsOut<'sample'>, 'tokens' | 'logprobs'>): Graded[] {
  const lengths = new Array<number>(ROWS).fill(TOKENS);
  const logprobs = split(drawn.logprobs, lengths);
  return split(drawn.tokens, lengths).map((completion, b) => ({
    row: Math.floor(b / SAMPLES),
    sample: b % SAMPLES,
    example: 'one',
    prompt,
    completion,
    truncated: false,
    text: '',
    samplerLogprobs: logprobs[b] as Float32Array,
    verdict: b % 3 === 0 ? 'correct' : 'incorrect',
    reason: '',
    extracted: null,
    reward: b % 3 === 0 ? 1 : 0,
  }));
}
