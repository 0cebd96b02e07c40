/**
 * The Lambda functions and the queues in front of them. `plane-function.ts` makes one of a bundle (`bundle-function.ts`), an
 * environment (`environments.ts`) and a role that may do what `permissions.ts` says (`grant.ts`); `onnx-layer.ts` holds
 * the native code that one of them needs. Imports no other room.
 */

import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { QueueName } from '#shared/messaging/messages.ts';
import { limitsOf, type StageLimits } from '../limits.ts';
import type { Settings } from '../settings.ts';
import { environments } from './environments.ts';
import type { FunctionName } from './function-name.ts';
import { onnxLayer } from './onnx-layer.ts';
import { PlaneFunction, type PlaneFunctionProps } from './plane-function.ts';
import type { StageQueue } from './stage-queue.ts';

/** All functions; without `generate` where containers make the completions. */
export type PlaneFunctions = Readonly<
  Record<Exclude<FunctionName, 'generate'>, PlaneFunction> & { generate?: PlaneFunction }
>;

export interface PlaneFunctionsProps {
  readonly settings: Settings;
  readonly bucket: Bucket;
  readonly queues: Readonly<Record<QueueName, StageQueue>>;
}

/** Makes the functions and puts each behind its queues. */
export function planeFunctions(
  scope: Construct,
  { settings, bucket, queues }: PlaneFunctionsProps,
): PlaneFunctions {
  const limits = limitsOf(settings);
  const { plan, generate, verify } = queues;
  const resources = { bucket, queues: { plan: plan.queue, generate: generate.queue, verify: verify.queue } };
  const environment = environments(resources, settings, limits);
  const make = (id: string, name: FunctionName, more: Partial<PlaneFunctionProps> = {}) =>
    new PlaneFunction(scope, id, {
      name,
      limits: limits[name],
      environment: environment[name],
      ...resources,
      ...more,
    });
  const common = {
    plan: behind(make('Plan', 'plan'), [plan.queue], limits.plan),
    verify: behind(make('Verify', 'verify'), [verify.queue], limits.verify),
    'dead-letter': behind(
      make('DeadLetter', 'dead-letter'),
      [plan.deadLetters, generate.deadLetters, verify.deadLetters],
      limits['dead-letter'],
    ),
    sweep: make('Sweep', 'sweep'),
    api: make('Api', 'api'),
  };
  if (settings.generator !== 'lambda') return common;
  const decoder = make('Generate', 'generate', { layers: [onnxLayer(scope)] });
  return { ...common, generate: behind(decoder, [generate.queue], limits.generate) };
}

function behind(
  planeFunction: PlaneFunction,
  queues: readonly StageQueue['queue'][],
  { batchSize, maxConcurrency }: StageLimits,
): PlaneFunction {
  for (const queue of queues) {
    const source = new SqsEventSource(queue, { batchSize, maxConcurrency, reportBatchItemFailures: true });
    planeFunction.lambda.addEventSource(source);
  }
  return planeFunction;
}
