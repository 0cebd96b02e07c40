import { z } from '@hono/zod-openapi';
import { inParallel } from '#shared/in-parallel.ts';
import { sum } from '#shared/metrics/sum.ts';
import { RunId } from '#shared/records/ids.ts';
import { billedUsd } from '../../admission/lambda-cost.ts';
import { TimeText, timeText } from '../../http/time-text.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { type DeliveredShard, shardTelemetry } from '../shard-telemetry.ts';
import { checkpointLine } from './checkpoint-line.ts';
import { findRun } from './find-run.ts';
import { stepTelemetries } from './step-telemetries.ts';

/** Records that are read at a time. */
const READERS = 16;

const seconds = z.record(z.string(), z.number());

/** What a run has taken so far, as its telemetry has it. */
export const RunCost = z
  .object({
    run: RunId,
    training: z.object({
      seconds: z
        .number()
        .meta({ description: 'Of all phases; what a killed driver did in vain is not in it.' }),
      phases: seconds.meta({
        description: 'Seconds by phase: publish, rollout, reward, reference, update, checkpoint.',
      }),
    }),
    evaluation: z.object({
      seconds: z.number().meta({ description: 'Of workers, repeated deliveries included.' }),
      stages: seconds.meta({ description: 'Seconds by message: generate-shard, verify-shard.' }),
      usd: z.number().nullable().meta({
        description:
          'Of what Lambda bills: seconds by memory, and invocations; null where workers are not billed.',
      }),
    }),
    usd: z.number().nullable().meta({
      description: 'Of the steps whose hour had a price, ONESHOT_USD_PER_HOUR; null where none had.',
    }),
    steps: z
      .array(z.object({ step: z.number().int(), at: TimeText.nullable(), seconds: z.number() }))
      .meta({ description: 'Those that a clock has seen: when each was over, and how long it took.' }),
  })
  .openapi('RunCost');
export type RunCost = z.infer<typeof RunCost>;

type Ports = Pick<ResultsPorts, 'store' | 'lists'>;

/** @throws {KnownError} `run-unknown` */
export async function readCost(run: string, ports: Ports): Promise<RunCost> {
  await findRun(run, ports.store);
  const seen = [...(await stepTelemetries(run, ports))];
  const steps = seen.map(([step, telemetry]) => ({ step, ...telemetry }));
  const phases = totals(steps.flatMap((step) => Object.entries(step.seconds)));
  const priced = steps.flatMap(({ usd }) => usd ?? []);
  const delivered = await deliveredShards(run, ports);
  const stages = totals(delivered.map(({ type, seconds }) => [type, seconds]));
  const bills = delivered.flatMap(({ billed }) => billed ?? []);
  return {
    run,
    training: { seconds: sum(Object.values(phases)), phases },
    evaluation: {
      ...{ seconds: sum(Object.values(stages)), stages },
      usd: bills.length === 0 ? null : sum(bills.map(billedUsd)),
    },
    usd: priced.length === 0 ? null : sum(priced),
    steps: steps.map(({ step, at, seconds: taken }) => ({
      ...{ step, at: at === undefined ? null : timeText(at), seconds: sum(Object.values(taken)) },
    })),
  };
}

async function deliveredShards(run: string, ports: Ports): Promise<readonly DeliveredShard[]> {
  const line = await checkpointLine(run, ports);
  const evaluations = line.flatMap(({ evaluation }) => evaluation ?? []);
  const read = await inParallel(evaluations, READERS, (evaluation) => shardTelemetry(evaluation, ports));
  return read.flat();
}

function totals(entries: readonly (readonly [string, number])[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [name, value] of entries) found[name] = (found[name] ?? 0) + value;
  return found;
}
