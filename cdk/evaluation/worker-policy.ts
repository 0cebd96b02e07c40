import { CfnOutput } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { QueueName } from '#shared/messaging/messages.ts';
import { acknowledgePatterns } from '../acknowledge.ts';
import { permissionStatements, takeFrom } from '../functions/grant.ts';
import { permissions } from '../functions/permissions.ts';
import type { StageQueue } from '../functions/stage-queue.ts';

/** What a container of the generate stage needs, for whatever role its host gives it. */
export function workerPolicy(
  scope: Construct,
  bucket: Bucket,
  queues: Readonly<Record<QueueName, StageQueue>>,
): ManagedPolicy {
  const { plan, generate, verify } = queues;
  const resources = { bucket, queues: { plan: plan.queue, generate: generate.queue, verify: verify.queue } };
  const statements = permissionStatements(permissions.generate, resources);
  const policy = new ManagedPolicy(scope, 'GenerateWorker', {
    description: 'oneshot: a container that polls the generate queue',
    statements: [takeFrom(generate.queue), ...statements],
  });
  acknowledgePatterns(
    policy,
    statements.flatMap(({ resources }) => resources),
  );
  new CfnOutput(scope, 'GenerateWorkerPolicy', { value: policy.managedPolicyArn });
  return policy;
}
