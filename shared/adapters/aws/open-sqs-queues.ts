import { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsPlace, clientSettings, endpointOf } from './client-settings.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { SqsQueue } from './sqs-queue.ts';

/** A queue, and where its redrive policy sends what nobody managed to handle. */
export interface QueueUrls {
  readonly url: string;
  readonly deadLetters?: string | undefined;
}

/** Queues by name, with one client for all of them. @param retries - the policy of `SqsQueue` by default */
export function openSqsQueues<Name extends string>(
  urls: Readonly<Record<Name, QueueUrls>>,
  place: AwsPlace = {},
  retries?: RetryPolicy,
): { queues: Record<Name, SqsQueue>; close(): void } {
  const client = new SQSClient({
    ...clientSettings({ ...place, endpoint: endpointOf('SQS', place) }),
    // An emulator's queue URLs name hosts that no resolver knows.
    useQueueUrlAsEndpoint: false,
  });
  const open = ({ url, deadLetters }: QueueUrls) =>
    new SqsQueue({
      ...{ client, url, ...(retries && { retries }) },
      ...(deadLetters === undefined
        ? {}
        : { deadLetters: new SqsQueue({ client, url: deadLetters, ...(retries && { retries }) }) }),
    });
  const entries = Object.entries<QueueUrls>(urls).map(([name, queue]) => [name, open(queue)] as const);
  // The entries are those of `urls`, whose names are all of `Name`.
  const queues = Object.fromEntries(entries) as Record<Name, SqsQueue>; // one entry a name
  return { queues, close: () => client.destroy() };
}
