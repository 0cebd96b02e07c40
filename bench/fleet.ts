/**
 * What an evaluation of the six sets would take on Lambda, and cost: a simulation with the plan stage's own cuts.
 * Nothing of it runs on AWS.
 * `fleet/settings.ts`, `fleet/host.ts` and `fleet/completions.ts` say what is assumed and from where.
 */

import type { HostClass } from '#functions/admission/decoder-speed.ts';
import type { BenchResult } from './bench-result.ts';
import { drawCompletions } from './fleet/completions.ts';
import { type HostSettings, hostOf, type ModelName, type Precision } from './fleet/host.ts';
import { CURRENT_SHARD, planShards } from './fleet/plan-shards.ts';
import { type FleetSettings, ON_LAMBDA } from './fleet/settings.ts';
import { simulate } from './fleet/simulate.ts';
import { spotGpu } from './fleet/spot-gpu.ts';
import { type Row, summaryRow } from './fleet/summary-row.ts';

const SEEDS = [0, 1, 2, 3, 4, 5, 6, 7, 8];
/** 50 is today's limit of the deployed mapping. */
const FUNCTIONS = [10, 30, 50, 100, 300, 1000];
const SHARDS = [6, 12, CURRENT_SHARD, 50, 100];
const MODEL_NAMES: readonly ModelName[] = ['0.5B', '1.5B', '7B'];
const PRECISIONS: readonly Precision[] = ['int8', 'int4'];
const HOST_CLASSES: readonly HostClass[] = ['avx2', 'avx512'];

interface Case {
  readonly name: string;
  readonly host: HostSettings;
  readonly shardSize?: number;
  readonly settings: Partial<FleetSettings> & Pick<FleetSettings, 'functions'>;
}

const grid: readonly Case[] = HOST_CLASSES.flatMap((hostClass) =>
  MODEL_NAMES.flatMap((model) =>
    PRECISIONS.flatMap((precision) =>
      FUNCTIONS.map((functions) => ({
        name: `${hostClass}/${model}/${precision}/${functions}`,
        host: { hostClass, model, precision },
        settings: { functions },
      })),
    ),
  ),
);

const paper = { model: '1.5B', precision: 'int8', hostClass: 'avx2' } as const;

/** Without lost functions, whose wait would hide what shards do: smaller ones lose more. */
const shardSizes: readonly Case[] = FUNCTIONS.flatMap((functions) =>
  SHARDS.map((shardSize) => ({
    name: `shards/${shardSize}/${functions}`,
    host: paper,
    shardSize,
    settings: { functions, lossChance: 0 },
  })),
);

/** The paper's model on 100 functions, with one thing changed. */
const variants: readonly Case[] = [
  ...HOST_CLASSES.map((hostClass) => ({
    name: `processors are threads, ${hostClass}`,
    host: { ...paper, hostClass, processorShare: 0.6 },
    settings: { functions: 100 },
  })),
  ...[
    { name: 'the mapping starts with all', mapping: { first: 1000, perMinute: 0 } },
    { name: 'fetch at half the speed', fetchBytesPerSecond: ON_LAMBDA.fetchBytesPerSecond / 2 },
    { name: 'time limit 300 s', timeLimitSeconds: 300, visibilitySeconds: 6 * 300 },
    { name: '2 in 100 lost', lossChance: 0.02 },
    {
      name: '2 in 100 lost, time limit 300 s',
      ...{ lossChance: 0.02, timeLimitSeconds: 300, visibilitySeconds: 6 * 300 },
    },
  ].map(({ name, ...settings }) => ({ name, host: paper, settings: { functions: 100, ...settings } })),
];

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const draws = SEEDS.map(drawCompletions);
  const plans = new Map(SHARDS.map((size) => [size, draws.map((asked) => planShards(asked, size))] as const));
  const rowOf = ({ host, shardSize = CURRENT_SHARD, settings }: Case): Row =>
    summaryRow(
      (plans.get(shardSize) ?? []).map((shards, seed) =>
        simulate(shards, hostOf(host), { ...ON_LAMBDA, ...settings }, seed),
      ),
    );
  const rows = new Map([...grid, ...shardSizes, ...variants].map((each) => [each.name, rowOf(each)]));
  for (const model of MODEL_NAMES) rows.set(`vLLM on a Spot GPU/${model}`, spotGpu(model, draws[0] ?? []));
  console.log(line('SIMULATED', ['minutes', 'slow', 'USD', '% overhead', 'hand-overs', '% for them']));
  for (const [name, row] of rows) console.log(line(name, cells(row)));
  const metrics = Object.fromEntries(
    [...rows].flatMap(([name, { minutes, usd }]) => [
      [`${name}/minutes`, minutes],
      [`${name}/usd`, usd],
    ]),
  );
  const limits = PRECISIONS.flatMap((precision) => [
    [`avx512/1.5B/${precision}/100/minutes`, 10] as const,
    [`avx2/1.5B/${precision}/100/minutes`, 10] as const,
    [`avx512/1.5B/${precision}/100/usd`, 2] as const,
    [`avx2/1.5B/${precision}/100/usd`, 3] as const,
  ]);
  const targets = limits.map(([name, target]) => {
    const value = metrics[name] ?? Number.NaN;
    return { what: `${name} ≤ ${target}`, value, target, met: value <= target };
  });
  return { metrics, targets };
}

function cells({ minutes, slowMinutes, usd, overhead, handOvers, handingOver }: Row): readonly string[] {
  const percent = (share?: number) => (share === undefined ? '' : (100 * share).toFixed(1));
  const slow = slowMinutes?.toFixed(1) ?? '';
  return [
    minutes.toFixed(1),
    slow,
    usd.toFixed(2),
    percent(overhead),
    `${handOvers ?? ''}`,
    percent(handingOver),
  ];
}

function line(name: string, values: readonly string[]): string {
  return [name.padEnd(34), ...values.map((value) => value.padStart(10))].join(' ');
}
