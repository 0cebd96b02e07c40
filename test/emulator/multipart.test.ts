import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBucket, s3Client } from '#scripts/emulator/emulated-aws.ts';
import { RETRY_POLICY } from '#shared/adapters/aws/retry-policy.ts';
import { PART_BYTES, S3Store } from '#shared/adapters/aws/s3-store.ts';
import { type Fault, injectFaults } from './inject-faults.ts';
import { onEmulators } from './on-emulators.ts';

const folder = mkdtempSync(join(tmpdir(), 'multipart-'));
const source = join(folder, 'source');
const body = randomBytes(2 * PART_BYTES + 12_345);
beforeAll(() => writeFile(source, body));
afterAll(() => rm(folder, { recursive: true }));

onEmulators((emulator) => {
  const client = s3Client(emulator);
  afterAll(() => client.destroy());

  it('stores a file of three parts, once and whole', async () => {
    const { store, uploadsLeft } = await newStore([]);
    expect(await store.putFile('blobs/a', source)).toBe('created');
    expect(await store.putFile('blobs/a', source)).toBe('exists');
    await store.getFile('blobs/a', join(folder, emulator.name));
    expect(Buffer.compare(await readFile(join(folder, emulator.name)), body)).toBe(0);
    const across = { start: PART_BYTES - 3, end: PART_BYTES + 3 };
    expect(await store.get('blobs/a', across)).toEqual(
      new Uint8Array(body.subarray(across.start, across.end)),
    );
    expect(await uploadsLeft()).toBe(0);
  });

  // LocalStack looks whether the key is taken and creates the object in two steps, which others may come between.
  it.skipIf(emulator.name === 'localstack')(
    'lets exactly one of several simultaneous uploads create the object',
    async () => {
      const { store, uploadsLeft } = await newStore([]);
      const answers = await Promise.all([1, 2, 3].map(() => store.putFile('blobs/a', source)));
      expect([...answers].sort()).toEqual(['created', 'exists', 'exists']);
      expect(await uploadsLeft()).toBe(0);
    },
  );

  it('leaves an object alone that was created while the parts were on their way', async () => {
    const { store, beforeCompletion, uploadsLeft } = await newStore([]);
    beforeCompletion(async (other) => {
      expect(await other.putOnce('blobs/a', Buffer.from('first'))).toBe('created');
    });
    expect(await store.putFile('blobs/a', source)).toBe('exists');
    expect(await store.get('blobs/a')).toEqual(new Uint8Array(Buffer.from('first')));
    expect(await uploadsLeft()).toBe(0);
  });

  it('sends a file again where the key was taken and freed while the parts were on their way', async () => {
    const { store, beforeCompletion, uploadsLeft } = await newStore([]);
    beforeCompletion(async (other) => {
      await other.putOnce('pending/a', Buffer.from('first'));
      await other.delete('pending/a');
    });
    expect(await store.putFile('pending/a', source)).toBe('created');
    expect((await store.get('pending/a'))?.length).toBe(body.length);
    expect(await uploadsLeft()).toBe(0);
  });

  it('knows its own upload again where the answer to its completion was lost', async () => {
    const { store, uploadsLeft } = await newStore([
      ['UploadPartCommand', 'reset'],
      ['UploadPartCommand', 'busy'],
      ['CompleteMultipartUploadCommand', 'lost-answer'],
    ]);
    expect(await store.putFile('blobs/a', source)).toBe('created');
    expect(await uploadsLeft()).toBe(0);
  });

  it('leaves neither an object nor parts behind where it fails', async () => {
    const failing = Array.from({ length: 20 }, () => ['UploadPartCommand', 'busy'] as const);
    const { store, uploadsLeft } = await newStore(failing);
    await expect(store.putFile('blobs/a', source)).rejects.toMatchObject({ code: 'service-unavailable' });
    expect(await store.list('')).toEqual([]);
    expect(await uploadsLeft()).toBe(0);
  });

  /** A store on which each of these commands meets its fault once. */
  async function newStore(faults: readonly (readonly [command: string, fault: Fault])[]) {
    const bucket = await makeBucket(client);
    const faulty = s3Client(emulator);
    const left = [...faults];
    injectFaults(faulty, (command) => {
      const at = left.findIndex(([name]) => name === command);
      return at === -1 ? undefined : left.splice(at, 1)[0]?.[1];
    });
    const retries = { ...RETRY_POLICY, attempts: 4, sleep: async () => undefined };
    const uploadsLeft = async () => {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return Uploads.length;
    };
    const beforeCompletion = (act: (other: S3Store) => Promise<void>) => {
      let waiting: typeof act | undefined = act;
      faulty.middlewareStack.add(
        (next, { commandName }) =>
          async (args) => {
            if (commandName !== 'CompleteMultipartUploadCommand') return next(args);
            const first = waiting;
            waiting = undefined;
            await first?.(new S3Store({ client, bucket }));
            return next(args);
          },
        { step: 'initialize' },
      );
    };
    return { store: new S3Store({ client: faulty, bucket, retries }), beforeCompletion, uploadsLeft };
  }
});
