/**
 * Who hears that the evaluation plane is unwell: `watches.ts` says of what, `alarms.ts` makes an alarm of each, and
 * `plane-dashboard.ts` shows them beside the work. Knows functions and queues by type; imports `../functions/` only.
 */

import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { QueueName } from '#shared/messaging/messages.ts';
import type { FunctionName } from '../functions/function-name.ts';
import type { PlaneFunction } from '../functions/plane-function.ts';
import type { StageQueue } from '../functions/stage-queue.ts';
import { MAX_RECEIVES, SWEEP_MINUTES } from '../limits.ts';
import { eventMetric } from './event-metric.ts';

/** The parts of the evaluation plane that are looked at. */
export interface Watched {
  readonly functions: Readonly<Partial<Record<FunctionName, PlaneFunction>>>;
  readonly queues: Readonly<Record<QueueName, StageQueue>>;
  readonly http: HttpApi;
}

/** A metric and the threshold from which somebody should look. */
export interface Watch {
  readonly name: string;
  /** Heading of the entry in `docs/runbook.md`. */
  readonly anchor: string;
  readonly what: string;
  readonly metric: IMetric;
  /** The alarm rings at this value or more; with `tooFew`, below it or without data. */
  readonly threshold: number;
  readonly tooFew?: true;
}

/** How old the oldest message may become: a backlog of generate is normal, one of the others is not. */
const OLDEST_MINUTES: Readonly<Record<QueueName, number>> = { plan: 30, generate: 360, verify: 60 };
const sum = { period: Duration.minutes(5), statistic: 'Sum' };
const maximum = { period: Duration.minutes(5), statistic: 'Maximum' };

export function watches(scope: Construct, watched: Watched): readonly Watch[] {
  const { functions, queues, http } = watched;
  return [
    ...Object.entries(queues).flatMap(([name, queue]) => ofQueue(name as QueueName, queue)), // a key of `queues`
    ...Object.entries(functions).map(([name, { lambda }]) => ({
      name: `${name}-errors`,
      anchor: 'errors',
      what: `The function ${name} crashed, ran out of time or could not start.`,
      metric: lambda.metricErrors(sum),
      threshold: 1,
    })),
    ...ofLogs(scope, functions),
    {
      name: 'http-errors',
      anchor: 'api-errors',
      what: 'The API answers with 5xx.',
      metric: http.metricServerError(sum),
      threshold: 5,
    },
    ...ofSweep(functions.sweep),
  ];
}

function ofQueue(name: QueueName, { queue, deadLetters }: StageQueue): readonly Watch[] {
  const minutes = OLDEST_MINUTES[name];
  return [
    {
      name: `${name}-dead-letters`,
      anchor: 'dead-letters',
      what: `A message of the ${name} queue failed on all ${MAX_RECEIVES} deliveries.`,
      // Not how many wait: they are taken at once. Not how many were sent: SQS does not count what it moves itself.
      metric: deadLetters.metricNumberOfMessagesReceived(sum),
      threshold: 1,
    },
    {
      name: `${name}-message-age`,
      anchor: 'message-age',
      what: `The oldest message of the ${name} queue is older than ${minutes} minutes.`,
      metric: queue.metricApproximateAgeOfOldestMessage(maximum),
      threshold: minutes * 60,
    },
  ];
}

function ofLogs(scope: Construct, functions: Watched['functions']): readonly Watch[] {
  const logs = Object.fromEntries(Object.entries(functions).map(([name, { logGroup }]) => [name, logGroup]));
  return [
    {
      name: 'messages-invalid',
      anchor: 'messages-invalid',
      what: 'A message matches no schema; it is kept under dead/.',
      metric: eventMetric(scope, 'message-invalid', logs),
      threshold: 1,
    },
    {
      name: 'messages-failed',
      anchor: 'messages-failed',
      what: 'Many messages fail and are tried again.',
      metric: eventMetric(scope, 'message-failed', logs),
      threshold: 10,
    },
  ];
}

function ofSweep(sweep: PlaneFunction | undefined): readonly Watch[] {
  if (!sweep) return [];
  const period = Duration.minutes(4 * SWEEP_MINUTES.aws);
  return [
    {
      name: 'sweep-missing',
      anchor: 'sweep-missing',
      what: 'The sweep does not run: lost messages are not repaired.',
      metric: sweep.lambda.metricInvocations({ period, statistic: 'Sum' }),
      threshold: 1,
      tooFew: true,
    },
  ];
}
