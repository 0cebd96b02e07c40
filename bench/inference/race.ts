import { readCpu, TICKS_PER_SECOND } from '../peers/foreign-cpu.ts';
import { runProgram } from '../peers/run-program.ts';
import { median } from '../quantile.ts';
import type { Contender, Missing } from './contender.ts';
import { type DecodeCase, Decoded } from './decode-request.ts';

/** Before the clock counts: libraries make their threads and buffers. */
const WARM_UP: DecodeCase = { rows: 1, prompt: 16, prompts: 1, steps: 2 };

/** Of one contender, medians over its turns. */
export interface Standing {
  readonly loadSeconds: number;
  /** From a loaded model to the first token of one row with the shortest prompt. */
  readonly firstTokenSeconds: number;
  readonly peakBytes: number;
  /** Share of the machine's time that others used, the most of any turn, in percent. */
  readonly foreignPercent: number;
  /** By the case's name. */
  readonly cases: ReadonlyMap<string, Speeds>;
}
export interface Speeds {
  readonly promptTokensPerSecond: number;
  readonly tokensPerSecond: number;
}

export function nameOf({ rows, prompt }: Pick<DecodeCase, 'rows' | 'prompt'>): string {
  return `${rows}x${prompt}`;
}

/**
 * Lets all decode all cases, one after the other, so many times, each in a process of its own. Before, each loads its model
 * once, so that weights are rounded and files lie in memory. One that fails is missing from then on.
 */
export async function race(
  contenders: readonly Contender[],
  cases: readonly DecodeCase[],
  { turns, threads }: { readonly turns: number; readonly threads: number },
): Promise<{ readonly standings: ReadonlyMap<string, Standing>; readonly missing: readonly Missing[] }> {
  const taken = new Map<string, Turn[]>();
  const missing: Missing[] = [];
  for (let turn = 0; turn <= turns; turn++)
    for (const contender of contenders.filter(({ name }) => !missing.some((other) => other.name === name)))
      try {
        const made = await takeTurn(contender, turn === 0 ? [] : cases, threads);
        if (turn === 0) continue;
        taken.set(contender.name, [...(taken.get(contender.name) ?? []), made]);
        process.stderr.write(`${turn} ${contender.name}: ${JSON.stringify(brief(made))}\n`);
      } catch (error) {
        missing.push({ name: contender.name, reason: String(error) });
        taken.delete(contender.name);
      }
  return {
    standings: new Map([...taken].map(([name, made]) => [name, standing(made)])),
    missing,
  };
}

interface Turn {
  readonly cases: readonly DecodeCase[];
  readonly decoded: Decoded;
  readonly peakBytes: number;
  readonly foreignPercent: number;
}

async function takeTurn(
  { command, args, model, leavesOut }: Contender,
  all: readonly DecodeCase[],
  threads: number,
): Promise<Turn> {
  const cases = all.filter((each) => !leavesOut?.(each));
  const before = readCpu(process.pid);
  const request = JSON.stringify({ model, threads, cases: [WARM_UP, ...cases] });
  const { said, peakRssBytes } = await runProgram(command, [...args, request]);
  const after = readCpu(process.pid);
  const decoded = Decoded.parse(said);
  const foreign = after.busy - before.busy - decoded.cpu_seconds * TICKS_PER_SECOND;
  return {
    cases,
    decoded: { ...decoded, cases: decoded.cases.slice(1) },
    peakBytes: peakRssBytes,
    foreignPercent: (100 * Math.max(0, foreign)) / (after.all - before.all),
  };
}

function standing(turns: readonly Turn[]): Standing {
  const over = (of: (turn: Turn) => number) => median(turns.map(of));
  const cases = turns[0]?.cases ?? [];
  const at = ({ decoded }: Turn, i: number) => decoded.cases[i] as Decoded['cases'][number];
  const shortest = cases.findIndex(
    ({ rows, prompt }) => rows === 1 && prompt === Math.min(...cases.map((each) => each.prompt)),
  );
  return {
    loadSeconds: over(({ decoded }) => decoded.load_seconds),
    firstTokenSeconds: shortest < 0 ? Number.NaN : over((turn) => at(turn, shortest).prompt_seconds),
    peakBytes: over(({ peakBytes }) => peakBytes),
    foreignPercent: Math.max(...turns.map(({ foreignPercent }) => foreignPercent)),
    cases: new Map(
      cases.map((each, i) => [
        nameOf(each),
        {
          promptTokensPerSecond: over((turn) => at(turn, i).prompt_tokens / at(turn, i).prompt_seconds),
          tokensPerSecond: over((turn) => (each.rows * each.steps) / at(turn, i).step_seconds),
        },
      ]),
    ),
  };
}

/** For who watches. */
function brief(turn: Turn) {
  const { cases, foreignPercent } = standing([turn]);
  const speeds = [...cases].map(([name, { tokensPerSecond }]) => [name, Math.round(tokensPerSecond)]);
  return { ...Object.fromEntries(speeds), 'others, %': Math.round(foreignPercent) };
}
