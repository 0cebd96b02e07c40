import type { QueueName } from '../../messages.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { Queue } from '../../ports/queue.ts';
import type { AwsPlace } from './client-settings.ts';
import type { QueueUrls } from './open-sqs-queues.ts';

export interface AwsWorkspaceOptions<Name extends QueueName> extends AwsPlace {
  readonly bucket: string;
  /** Addresses of the queues that the caller needs: a stage knows only those it sends to. */
  readonly queueUrls: Readonly<Record<Name, QueueUrls>>;
}

/** What the embedded workspace is on a laptop, on AWS or an emulator of it. */
export interface AwsWorkspace<Name extends QueueName = QueueName> {
  readonly store: ObjectStore;
  readonly queues: Readonly<Record<Name, Queue>>;
  close(): void;
}

/**
 * Opens bucket and queues; asks AWS nothing until they are used. The SDK is loaded here and not with this file, so
 * that commands which stay on the machine never pay for it.
 */
export async function openAwsWorkspace<Name extends QueueName>({
  bucket,
  queueUrls,
  ...place
}: AwsWorkspaceOptions<Name>): Promise<AwsWorkspace<Name>> {
  const [{ openS3Store }, { openSqsQueues }] = await Promise.all([
    import('./open-s3-store.ts'),
    import('./open-sqs-queues.ts'),
  ]);
  const s3 = openS3Store(bucket, place);
  const sqs = openSqsQueues(queueUrls, place);
  const close = () => {
    s3.close();
    sqs.close();
  };
  return { store: s3.store, queues: sqs.queues, close };
}
