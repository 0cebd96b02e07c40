/**
 * The trainer against TRL's GRPOTrainer: the same model, prompts, reward, settings and thread count, in turns, after
 * both have computed the same loss and gradient norm on the same completions. Figures are medians over turns; a turn's
 * are medians over its steps.
 *
 * It needs the runner of the peer (ONESHOT_DATA) and, the first time, a Python package index. `ONESHOT_BENCH_THREADS`
 * and `ONESHOT_BENCH_WORKLOADS` (names, by comma) change threads and workloads.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { venvPython } from '#cli/bootstrap/venv-folder.ts';
import { thirdPartyData } from '#scripts/third-party-data.ts';
import { RunSettings } from '#trainer/settings/config.ts';
import type { BenchResult } from './bench-result.ts';
import { median } from './quantile.ts';
import { driverOverhead } from './trainer/driver-overhead.ts';
import { passGate } from './trainer/gate.ts';
import { Ours } from './trainer/ours.ts';
import { Trl } from './trainer/trl.ts';
import { WORKLOADS, type Workload } from './trainer/workloads.ts';

const TURNS = 3;
const MOST_DRIVER_MS = 20;
/** Steps, unless a recipe says otherwise. */
const { checkpointEvery } = RunSettings.parse({ recipe: 'bench', steps: 1 });

type Metrics = Record<string, number>;
type Target = BenchResult['targets'][number];

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const driver = await driverOverhead();
  const overhead = driver['driver/overhead_ms'] as number;
  const races = await raceAll();
  return {
    metrics: { ...driver, ...Object.assign({}, ...races.map(({ metrics }) => metrics)) },
    targets: [
      target('driver/overhead_ms at 1024 × 512 tokens', overhead, MOST_DRIVER_MS),
      ...races.flatMap(({ targets }) => targets),
    ],
  };
}

interface Race {
  readonly metrics: Metrics;
  readonly targets: readonly Target[];
}

async function raceAll(): Promise<Race[]> {
  const anchors = join(thirdPartyData, 'anchors');
  if (!existsSync(join(anchors, 'trl_step.py'))) {
    process.stderr.write(
      `TRL is not raced: ${anchors} holds no trl_step.py. Set ONESHOT_DATA to the folder of anchors/.\n`,
    );
    return [];
  }
  const threads = Number(process.env['ONESHOT_BENCH_THREADS'] ?? availableParallelism());
  const trl = new Trl(anchors, threads);
  const ours = new Ours(venvPython(process.env), threads);
  const named = process.env['ONESHOT_BENCH_WORKLOADS']?.split(',');
  const races: Race[] = [];
  for (const workload of WORKLOADS.filter(({ name }) => named?.includes(name) ?? true)) {
    races.push(await race(workload, trl, ours));
  }
  return races;
}

async function race(workload: Workload, trl: Trl, ours: Ours): Promise<Race> {
  const { name, targets } = workload;
  const model = await trl.model(workload.shape);
  const gate = await passGate(model, workload, trl, ours);
  const turns: { theirs: Awaited<ReturnType<Trl['turn']>>; own: Awaited<ReturnType<Ours['turn']>> }[] = [];
  for (let turn = 1; turn <= TURNS; turn++) {
    const theirs = await trl.turn(model, workload);
    turns.push({ theirs, own: await ours.turn(model, workload) });
    process.stderr.write(`${name} ${turn}: ${JSON.stringify(turns.at(-1))}\n`);
  }
  const time = median(turns.map(({ theirs, own }) => own.stepSeconds / theirs.stepSeconds));
  const memory = median(turns.map(({ theirs, own }) => own.peakRssBytes / theirs.peakRssBytes));
  const checkpoints = median(
    turns.map(({ own }) => own.slowdownSeconds / (checkpointEvery * own.stepSeconds)),
  );
  const metrics = {
    'gate/loss_error': gate.lossError,
    'gate/norm_error': gate.normError,
    'ratio/time': time,
    'ratio/memory': memory,
    'checkpoint/share': checkpoints,
    ...figures(
      'ours',
      turns.map(({ own }) => own),
    ),
    ...figures(
      'trl',
      turns.map(({ theirs }) => theirs),
    ),
  };
  return {
    metrics: Object.fromEntries(Object.entries(metrics).map(([key, value]) => [`${name}/${key}`, value])),
    targets: [
      target(`${name}: step time ÷ TRL's`, time, targets.time),
      ...(targets.checkpoints
        ? [target(`${name}: share of time that checkpoints take`, checkpoints, targets.checkpoints)]
        : []),
      ...(targets.memory ? [target(`${name}: peak memory ÷ TRL's`, memory, targets.memory)] : []),
    ],
  };
}

/** Medians over turns. */
function figures(who: string, turns: readonly object[]): Metrics {
  const names = Object.keys(turns[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [
      `${who}/${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
      median(turns.map((turn) => (turn as Record<string, number>)[name] ?? Number.NaN)),
    ]),
  );
}

function target(what: string, value: number, limit: number): Target {
  return { what: `${what} ≤ ${limit}`, value, target: limit, met: value <= limit };
}
