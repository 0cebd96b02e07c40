import { afterAll } from 'vitest';
import { makeBucket, s3Client } from '#scripts/emulator/emulated-aws.ts';
import { S3Store } from '#shared/adapters/aws/s3-store.ts';
import { objectStoreContract } from '../contracts/object-store.ts';
import { onEmulators } from './on-emulators.ts';

onEmulators((emulator) => {
  const client = s3Client(emulator);
  afterAll(() => client.destroy());
  objectStoreContract('S3Store', async () => new S3Store({ client, bucket: await makeBucket(client) }));
});
