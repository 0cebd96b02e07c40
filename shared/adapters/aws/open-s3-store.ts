import { S3Client } from '@aws-sdk/client-s3';
import { type AwsPlace, clientSettings, endpointOf } from './client-settings.ts';
import { S3Store } from './s3-store.ts';

/** The store in a bucket, with a client of its own. */
export function openS3Store(bucket: string, place: AwsPlace = {}): { store: S3Store; close(): void } {
  const endpoint = endpointOf('S3', place);
  const client = new S3Client({
    ...clientSettings({ ...place, endpoint }),
    // Buckets of an emulator have no host names of their own.
    forcePathStyle: endpoint !== undefined,
  });
  return { store: new S3Store({ client, bucket }), close: () => client.destroy() };
}
