import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { QueueName } from '#shared/messaging/messages.ts';
import { acknowledgePatterns } from '../acknowledge.ts';
import type { Permissions } from './permissions.ts';

export interface Resources {
  readonly bucket: Pick<IBucket, 'bucketArn' | 'bucketName' | 'arnForObjects'>;
  readonly queues: Readonly<Record<QueueName, IQueue>>;
}

/** Lets a role do what its permissions say, and nothing else. */
export function grant(role: IRole, permissions: Permissions, resources: Resources): void {
  const statements = permissionStatements(permissions, resources);
  for (const statement of statements) role.addToPrincipalPolicy(statement);
  acknowledgePatterns(
    role,
    statements.flatMap(({ resources }) => resources),
  );
}

export function permissionStatements(
  { read, put, delete: remove, send, count = [] }: Permissions,
  { bucket, queues }: Resources,
): readonly PolicyStatement[] {
  const objects = (actions: string[], patterns: readonly string[]) =>
    allow(
      actions,
      patterns.map((pattern) => bucket.arnForObjects(pattern)),
    );
  const queueArns = send.map((name) => queues[name].queueArn);
  return [
    objects(['s3:GetObject'], read),
    objects(['s3:PutObject', 's3:AbortMultipartUpload'], put),
    objects(['s3:DeleteObject'], remove),
    // Without it S3 answers 403 for a key that is not there, and no condition on prefixes helps. Keys are no secret.
    allow(['s3:ListBucket'], [bucket.bucketArn]),
    // AWS lets whoever may send one message send a batch of them; emulators ask for the batch by its own name.
    allow(['sqs:SendMessage', 'sqs:SendMessageBatch'], queueArns),
    allow(
      ['sqs:GetQueueAttributes'],
      count.map((name) => queues[name].queueArn),
    ),
  ].filter(({ resources }) => resources.length > 0);
}

/** What whoever polls a queue does with its messages. */
export function takeFrom(queue: IQueue): PolicyStatement {
  return allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'], [queue.queueArn]);
}

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}
