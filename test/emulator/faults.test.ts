import { afterAll, describe, expect, it } from 'vitest';
import { makeBucket, s3Client } from '#scripts/emulator/emulated-aws.ts';
import { RETRY_POLICY } from '#shared/adapters/aws/retry-policy.ts';
import { S3Store } from '#shared/adapters/aws/s3-store.ts';
import { objectStoreContract } from '../contracts/object-store.ts';
import { FAULTS, type Fault, injectFaults } from './inject-faults.ts';
import { onEmulators, type RunningEmulator } from './on-emulators.ts';

/** Of the requests, how many go wrong; with so many attempts an operation fails once in 10^15. */
const SHARE = 0.4;
const retries = { ...RETRY_POLICY, attempts: 40, sleep: async () => undefined };

onEmulators((emulator) => {
  const sound = s3Client(emulator);
  afterAll(() => sound.destroy());

  describe('with a way to S3 on which two requests in five go wrong,', () => {
    const seen = new Map<string, number>();
    const faulty = s3Client(emulator);
    injectFaults(faulty, (command) => {
      if (Math.random() >= SHARE) return undefined;
      const before = seen.get(command) ?? 0;
      seen.set(command, before + 1);
      return FAULTS[before % FAULTS.length];
    });
    afterAll(() => faulty.destroy());
    objectStoreContract(
      'S3Store',
      async () => new S3Store({ client: faulty, bucket: await makeBucket(sound), retries }),
    );

    it('meets every fault on every way', () => {
      for (const command of ['PutObjectCommand', 'GetObjectCommand', 'ListObjectsV2Command'])
        expect(seen.get(command), command).toBeGreaterThanOrEqual(FAULTS.length);
    });
  });

  describe('a put whose answer is lost', () => {
    it('created the object, and says so', async () => {
      const { store } = await storeWith(emulator, ['lost-answer', 'reset', 'busy']);
      expect(await store.putOnce('a', Buffer.from('x'))).toBe('created');
    });

    it('did not create the object where another put came first, even with the same bytes', async () => {
      const { store, bucket } = await storeWith(emulator, ['lost-request', 'conflict']);
      await new S3Store({ client: sound, bucket }).putOnce('a', Buffer.from('x'));
      expect(await store.putOnce('a', Buffer.from('x'))).toBe('exists');
    });
  });

  /** A store whose first requests meet these faults, and no others. */
  async function storeWith({ endpoint }: RunningEmulator, faults: readonly Fault[]) {
    const client = s3Client({ endpoint });
    const left = [...faults];
    injectFaults(client, () => left.shift());
    const bucket = await makeBucket(sound);
    return { store: new S3Store({ client, bucket, retries }), bucket };
  }
});
