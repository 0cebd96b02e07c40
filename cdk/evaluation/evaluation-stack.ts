/**
 * The stack of the evaluation plane: its bucket (`results-bucket.ts`), its HTTP API (`http-api.ts`), and what a worker of
 * somebody else's may do (`worker-policy.ts`). Functions and queues come from `../functions/`, alarms from `../watching/`.
 */
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { QueueName } from '#shared/messaging/messages.ts';
import { planeFunctions } from '../functions/plane-functions.ts';
import { type StageQueue, stageQueue } from '../functions/stage-queue.ts';
import { limitsOf, SWEEP_MINUTES } from '../limits.ts';
import type { Settings } from '../settings.ts';
import { Alarms } from '../watching/alarms.ts';
import { planeDashboard } from '../watching/plane-dashboard.ts';
import { watches } from '../watching/watches.ts';
import { httpApi } from './http-api.ts';
import { resultsBucket } from './results-bucket.ts';
import { workerPolicy } from './worker-policy.ts';

/**
 * The evaluation plane: a bucket, a queue and a function for each stage, the API, and what looks after them. While
 * nobody evaluates it costs its alarms and the polling of its queues, about three dollars a month.
 */
export class EvaluationStack extends Stack {
  readonly bucket: Bucket;
  readonly queues: Readonly<Record<QueueName, StageQueue>>;

  constructor(scope: Construct, id: string, settings: Settings, props: StackProps = {}) {
    super(scope, id, { description: 'oneshot: the evaluation plane', ...props });
    const limits = limitsOf(settings);
    this.bucket = resultsBucket(this, settings);
    this.queues = {
      plan: stageQueue(this, 'Plan', settings, limits),
      generate: stageQueue(this, 'Generate', settings, limits),
      verify: stageQueue(this, 'Verify', settings, limits),
    };
    const functions = planeFunctions(this, { settings, bucket: this.bucket, queues: this.queues });
    new Rule(this, 'SweepSchedule', {
      schedule: Schedule.rate(Duration.minutes(SWEEP_MINUTES[settings.target])),
      targets: [new LambdaTarget(functions.sweep.lambda, { retryAttempts: 0 })],
    });
    const http = httpApi(this, functions.api.lambda);
    const watched = { functions, queues: this.queues, http };
    const alarms = new Alarms(this, 'Alarms', {
      watches: watches(this, watched),
      email: settings.alarmEmail,
    });
    planeDashboard(this, watched, alarms.all);
    if (settings.generator === 'container') workerPolicy(this, this.bucket, this.queues);
    this.#output({
      apiUrl: http.apiEndpoint,
      apiId: http.apiId,
      bucketName: this.bucket.bucketName,
      region: this.region,
    });
  }

  /** What the command line asks for; the names are those of `shared/adapters/deployment.ts`. */
  #output(values: Readonly<Record<string, string>>): void {
    const urls = Object.entries(this.queues).flatMap(([name, { queue, deadLetters }]) => [
      [`${name}QueueUrl`, queue.queueUrl] as const,
      [`${name}DeadLettersUrl`, deadLetters.queueUrl] as const,
    ]);
    for (const [name, value] of [...Object.entries(values), ...urls]) {
      new CfnOutput(this, `${name[0]?.toUpperCase()}${name.slice(1)}`, { value });
    }
  }
}
