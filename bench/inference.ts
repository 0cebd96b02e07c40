/**
 * The decoder on SmolLM2-135M-Instruct: tokens per second at several numbers of rows, of prompts and of loading, in each precision,
 * driven in place and through onnxruntime-node's own `run`, in turns. Greedy, ends ignored.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Decoder, loadDecoder } from '#shared/inference/decoder.ts';
import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import type { BenchResult } from './bench-result.ts';
import { median } from './quantile.ts';

const { ONESHOT_SMOLLM2 = '' } = process.env;
const ROWS = [1, 8, 32];
const PROMPT = 128;
const NEW = Number(process.env['ONESHOT_BENCH_TOKENS'] ?? 64);
const TURNS = Number(process.env['ONESHOT_BENCH_TURNS'] ?? 3);

/** A way of decoding that takes its turn. */
interface Contender {
  readonly name: string;
  readonly precision: WeightPrecision;
  readonly way: 'in place' | 'copying';
}

const CONTENDERS: readonly Contender[] = [
  { name: 'fp32', precision: 'fp32', way: 'in place' },
  { name: 'int8', precision: 'int8', way: 'in place' },
  { name: 'int4', precision: 'int4', way: 'in place' },
  { name: 'fp32, run()', precision: 'fp32', way: 'copying' },
];

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  if (!existsSync(join(ONESHOT_SMOLLM2, 'config.json')))
    throw new Error(
      'Make the model first: node bench/models/fetch-smollm2.ts DIR; then set ONESHOT_SMOLLM2=DIR.',
    );
  const threads = availableParallelism();
  const metrics: Record<string, number> = {};
  const speeds = new Map<string, number[]>();
  const note = (what: string, value: number) => speeds.set(what, [...(speeds.get(what) ?? []), value]);
  for (const { precision } of CONTENDERS)
    await (await loadDecoder(ONESHOT_SMOLLM2, { threads, precision })).release(); // rounds the matrices
  for (let turn = 0; turn < TURNS; turn++)
    for (const { name, ...options } of CONTENDERS) {
      const start = performance.now();
      const decoder = await loadDecoder(ONESHOT_SMOLLM2, { threads, spin: true, ...options });
      note(`${name}: load, ms`, performance.now() - start);
      for (const rows of ROWS) {
        const { prefill, decode } = await measure(decoder, rows);
        note(`${name}: prompts of ${rows}, tokens/s`, prefill);
        note(`${name}: ${rows} rows, tokens/s`, decode);
      }
      await decoder.release();
    }
  for (const [what, values] of speeds) metrics[what] = median(values);
  const targets = ROWS.map((rows) => {
    const value = speed(metrics, 'fp32', rows) / speed(metrics, 'fp32, run()', rows);
    return { what: `fp32 in place ÷ run(), ${rows} rows`, value, target: 1, met: value >= 1 };
  });
  return { metrics, targets };
}

function speed(metrics: Readonly<Record<string, number>>, name: string, rows: number): number {
  return metrics[`${name}: ${rows} rows, tokens/s`] ?? Number.NaN;
}

async function measure(decoder: Decoder, rows: number): Promise<{ prefill: number; decode: number }> {
  const { vocabulary } = decoder.config;
  const prompts = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: PROMPT }, (_, i) => (i * 7919 + row * 104_729 + 17) % vocabulary),
  );
  const start = performance.now();
  const prefilled = await decoder.prefill(prompts);
  const between = performance.now();
  const batch = decoder.batch(rows, PROMPT + NEW);
  for (let row = 0; row < rows; row++) batch.add(prefilled, row);
  let logits = prefilled.logits;
  for (let i = 0; i < NEW; i++) {
    const tokens = prompts.map((_, row) => argmax(logits, row * vocabulary, vocabulary));
    logits = await batch.step(tokens);
  }
  batch.release();
  const seconds = (performance.now() - between) / 1000;
  return { prefill: (1000 * rows * PROMPT) / (between - start), decode: (rows * NEW) / seconds };
}

function argmax(values: Float32Array, start: number, length: number): number {
  let best = start;
  for (let i = start + 1; i < start + length; i++)
    if ((values[i] as number) > (values[best] as number)) best = i;
  return best - start;
}
