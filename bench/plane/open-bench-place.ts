import { openAwsWorkspace } from '#shared/adapters/aws/open-aws-workspace.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import type { QueueName } from '#shared/messaging/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Queue } from '#shared/ports/queue.ts';

/** Where a measurement runs: a folder, or bucket and queues of an emulator. Goes to worker threads as it is. */
export type BenchPlace =
  | { readonly kind: 'local'; readonly home: string }
  | {
      readonly kind: 'emulator';
      readonly endpoint: string;
      readonly bucket: string;
      readonly queueUrls: Readonly<Record<QueueName, { readonly url: string; readonly deadLetters: string }>>;
    };

export interface OpenBenchPlace {
  readonly store: ObjectStore;
  readonly queues: Readonly<Record<QueueName, Queue>>;
  close(): void;
}

export async function openBenchPlace(place: BenchPlace): Promise<OpenBenchPlace> {
  if (place.kind === 'local') return openWorkspace(place.home);
  const { endpoint, bucket, queueUrls } = place;
  return openAwsWorkspace({ endpoint, region: 'us-east-1', bucket, queueUrls });
}
