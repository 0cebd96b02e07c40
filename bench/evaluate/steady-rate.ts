import { join } from 'node:path';
import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import { Decoded, type DecodeRequest } from '../inference/decode-request.ts';
import { runProgram } from '../peers/run-program.ts';

const STEPS = 48;

/** Tokens per second of the decoder by itself, around a position: rows that share a prompt, and nothing else to do. */
export async function steadyRate(
  model: string,
  {
    precision,
    threads,
    rows,
    position,
  }: { precision: WeightPrecision } & Record<'threads' | 'rows' | 'position', number>,
): Promise<number> {
  const prompt = Math.max(1, position - STEPS / 2);
  const request: DecodeRequest = { model, threads, cases: [{ rows, prompt, prompts: 1, steps: STEPS }] };
  const program = join(import.meta.dirname, '../inference/decode-ours.ts');
  const { said } = await runProgram(process.execPath, [
    program,
    precision,
    'in place',
    JSON.stringify(request),
  ]);
  const [made] = Decoded.parse(said).cases;
  return (rows * STEPS) / (made?.step_seconds ?? Number.NaN);
}
