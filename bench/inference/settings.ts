/** What the environment changes of the race, so that a slow machine gets through it. */
import { availableParallelism } from 'node:os';
import type { DecodeCase } from './decode-request.ts';

const { env } = process;

export const TURNS = Number(env['ONESHOT_BENCH_TURNS'] ?? 3);
export const THREADS = Number(env['ONESHOT_BENCH_THREADS'] ?? availableParallelism());
/** Who takes part, by the starts of their names; everybody where it is not set. */
const WHO = env['ONESHOT_BENCH_CONTENDERS']?.split(',');

export function takesPart(name: string): boolean {
  return WHO?.some((start) => name.startsWith(start)) ?? true;
}

/**
 * `ONESHOT_BENCH_CASES` as ROWSxPROMPT, by commas; `ONESHOT_BENCH_TOKENS` new ones a row.
 *
 * @param steps - where the environment does not say
 */
export function casesOr(
  usual: readonly (readonly [rows: number, prompt: number])[],
  steps: number,
  oneprompt: boolean,
): readonly DecodeCase[] {
  const named = env['ONESHOT_BENCH_CASES']?.split(',').map((name) => name.split('x').map(Number));
  return (named ?? usual).map(([rows = 1, prompt = 1]) => ({
    rows,
    prompt,
    prompts: oneprompt ? 1 : rows,
    steps: Number(env['ONESHOT_BENCH_TOKENS'] ?? steps),
  }));
}
