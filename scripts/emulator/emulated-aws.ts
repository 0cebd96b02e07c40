import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Emulator } from './emulator-process.ts';

const common = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

/** A client as the adapters make it, for buckets and queues of the tests and for faults on the way. */
export function s3Client({ endpoint }: Pick<Emulator, 'endpoint'>): S3Client {
  return new S3Client({ ...common, endpoint, forcePathStyle: true, maxAttempts: 1 });
}

export function sqsClient({ endpoint }: Pick<Emulator, 'endpoint'>): SQSClient {
  return new SQSClient({ ...common, endpoint, useQueueUrlAsEndpoint: false, maxAttempts: 1 });
}

/** A new, empty bucket. */
export async function makeBucket(client: S3Client): Promise<string> {
  const Bucket = `oneshot-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

/** A new queue whose messages move to its dead letters after `maxReceives`. */
export async function makeQueue(
  client: SQSClient,
  maxReceives: number,
): Promise<{ url: string; deadLetters: string }> {
  const name = randomUUID();
  const deadLetters = await createQueue(client, `${name}-dead`, {});
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetters, AttributeNames: ['QueueArn'] }),
  );
  const redrive = { deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: maxReceives };
  const url = await createQueue(client, name, { RedrivePolicy: JSON.stringify(redrive) });
  return { url, deadLetters };
}

async function createQueue(
  client: SQSClient,
  QueueName: string,
  Attributes: Record<string, string>,
): Promise<string> {
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}
