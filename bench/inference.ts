/**
 * The decoder beside its peers: tokens per second at several numbers of rows and lengths of prompts, greedy, ends ignored;
 * of prompts; loading, the first token and peak memory. All take turns in one run, in processes of their own, and the
 * machine's bandwidth and products of matrices are measured with them.
 *
 * `ONESHOT_SMOLLM2` is the folder of SmolLM2-135M-Instruct that `node bench/models/fetch-smollm2.ts DIR` makes.
 * `ONESHOT_BENCH_SHAPE=qwen2.5-1.5b` races random weights of that shape instead, made at first. Peers are installed and their
 * models made at first: `peers/install-peer.ts` and `peers/install-npm-peer.ts` say how to lend ready ones.
 * `inference/settings.ts` has what makes it shorter.
 */
import { join } from 'node:path';
import { messageOf } from '#shared/errors.ts';
import type { BenchResult } from './bench-result.ts';
import { smolLm2Folder } from './evaluate/inputs.ts';
import type { DecodeCase } from './inference/decode-request.ts';
import { ourContenders, PRECISIONS, plainRun } from './inference/our-contenders.ts';
import { peersOfGguf, peersOfSmolLm2, setUpPeers } from './inference/peers.ts';
import { race } from './inference/race.ts';
import { metricsOf, printTable } from './inference/report.ts';
import { casesOr, THREADS, TURNS, takesPart } from './inference/settings.ts';
import { type Aim, targetsOf } from './inference/targets.ts';
import { installGenai, randomQwen } from './peers/peer-models.ts';
import { runProgram } from './peers/run-program.ts';

const NATIVE = ['llama.cpp', 'genai'];
const JAVASCRIPT = ['node-llama-cpp', 'transformers.js'];
const PEERS = [...NATIVE, ...JAVASCRIPT];
/** A function of Lambda's, at most. */
const LAMBDA_MEGABYTES = 10_240;

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  return process.env['ONESHOT_BENCH_SHAPE'] === 'qwen2.5-1.5b' ? raceOfQwen() : raceOfSmolLm2();
}

async function raceOfSmolLm2(): Promise<Omit<BenchResult, 'bench'>> {
  const model = smolLm2Folder();
  const cases = casesOr(
    [
      [1, 128],
      [8, 128],
      [32, 128],
      [1, 1024],
      [8, 1024],
    ],
    128,
    false,
  );
  const peers = peersOfSmolLm2(model).filter(({ name }) => takesPart(name));
  const own = [...ourContenders(model, PRECISIONS), plainRun(model)];
  const { standings, metrics } = await raceAll(own, peers, cases);
  return { metrics, targets: targetsOf(aimsOfSmolLm2(cases), standings) };
}

async function raceOfQwen(): Promise<Omit<BenchResult, 'bench'>> {
  const { folder, gguf } = randomQwen();
  const cases = casesOr(
    [
      [1, 512],
      [8, 512],
      [16, 512],
    ],
    32,
    true,
  );
  const peers = peersOfGguf(gguf).filter(({ name }) => takesPart(name));
  const { standings, metrics } = await raceAll(ourContenders(folder, ['int8', 'int4']), peers, cases);
  const memory = [...standings]
    .filter(([name]) => name.startsWith('oneshot'))
    .map(([name, { peakBytes }]) => {
      const value = peakBytes / 1e6;
      const what = `${name}: peak megabytes ≤ ${LAMBDA_MEGABYTES}`;
      return { what, value, target: LAMBDA_MEGABYTES, met: value <= LAMBDA_MEGABYTES };
    });
  const names = cases.map(({ rows, prompt }) => `${rows}x${prompt}`);
  const aims = names.flatMap((at): readonly Aim[] => [
    { ours: 'oneshot', theirs: PEERS, at, of: 'tokensPerSecond', times: 1.25 },
    { ours: 'oneshot int8', theirs: ['llama.cpp Q8_0'], at, of: 'tokensPerSecond', times: 1.25 },
  ]);
  return { metrics, targets: [...targetsOf(aims, standings), ...memory] };
}

async function raceAll(
  own: ReturnType<typeof ourContenders>,
  peers: Parameters<typeof setUpPeers>[0],
  cases: readonly DecodeCase[],
) {
  const ours = own.filter(({ name }) => takesPart(name));
  const { ready, missing } = await setUpPeers(peers);
  const before = await machineSpeeds();
  const raced = await race([...ours, ...ready], cases, { turns: TURNS, threads: THREADS });
  const absent = [...missing, ...raced.missing];
  printTable(raced.standings, absent);
  return { standings: raced.standings, metrics: { ...before, ...metricsOf(raced.standings, absent) } };
}

/** Nothing where the program cannot be had. */
async function machineSpeeds(): Promise<Record<string, number>> {
  try {
    const program = join(import.meta.dirname, 'peers/measure_machine.py');
    const { said } = await runProgram(installGenai(), [program, String(THREADS)]);
    return Object.fromEntries(
      Object.entries(said as Record<string, number>).map(([name, value]) => [`machine/${name}`, value]),
    );
  } catch (error) {
    process.stderr.write(`the machine's own speeds are not measured: ${messageOf(error)}\n`);
    return {};
  }
}

function aimsOfSmolLm2(cases: readonly DecodeCase[]): readonly Aim[] {
  const best: Readonly<Record<number, number>> = { 1: 1.25, 8: 1.15, 32: 1.1 };
  const eight: Readonly<Record<number, number>> = { 1: 1.2, 8: 2, 32: 2 };
  return cases.flatMap(({ rows, prompt }): readonly Aim[] => {
    const at = `${rows}x${prompt}`;
    const aim = (ours: string, theirs: readonly string[], times: number): Aim => ({
      ...{ ours, theirs, at, times },
      of: 'tokensPerSecond',
    });
    return [
      aim('oneshot', PEERS, best[rows] ?? 1),
      { ours: 'oneshot', theirs: PEERS, at, of: 'promptTokensPerSecond', times: 1.5 },
      aim('oneshot int8', ['llama.cpp Q8_0'], eight[rows] ?? 2),
      aim('oneshot fp32', ['genai fp32'], 1),
      ...(rows >= 8 ? JAVASCRIPT.map((peer) => aim('oneshot', [peer], 3)) : []),
      ...(rows <= 8 ? [aim('oneshot', ['session.run()'], 4)] : []),
    ];
  });
}
