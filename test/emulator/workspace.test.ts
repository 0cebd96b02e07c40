import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeBucket, makeQueue, s3Client, sqsClient } from '#scripts/emulator/emulated-aws.ts';
import { openAwsWorkspace } from '#shared/adapters/aws/open-aws-workspace.ts';
import { onEmulators } from './on-emulators.ts';

const now = { max: 1, waitSeconds: 1, visibilitySeconds: 60 };

onEmulators((emulator) => {
  beforeEach(() => {
    for (const [name, value] of Object.entries(emulator.env)) vi.stubEnv(name, value);
  });
  afterEach(() => vi.unstubAllEnvs());

  it('opens bucket and queues where the environment says AWS is', async () => {
    const urls = await makeQueue(sqsClient(emulator), 1);
    const bucket = await makeBucket(s3Client(emulator));
    const { store, queues, close } = await openAwsWorkspace({ bucket, queueUrls: { plan: urls } });
    expect(await store.putOnce('runs/a', Buffer.from('x'))).toBe('created');
    expect(await store.list('')).toEqual(['runs/a']);
    await queues.plan.send('a');
    const [received] = await queues.plan.receive(now);
    expect(received).toMatchObject({ body: 'a', receives: 1 });
    await queues.plan.extend(received?.receipt ?? '', 0);
    expect(await queues.plan.receive(now)).toEqual([]);
    expect(await queues.plan.deadLetters?.receive(now)).toMatchObject([{ body: 'a' }]);
    close();
  });

  it('says what is missing where bucket or queue do not exist', async () => {
    const { url } = await makeQueue(sqsClient(emulator), 1);
    const queueUrls = { plan: { url: `${url}-gone` } };
    const { store, queues, close } = await openAwsWorkspace({ bucket: 'oneshot-gone', queueUrls });
    await expect(store.putOnce('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'bucket-missing' });
    await expect(store.list('')).rejects.toMatchObject({ code: 'bucket-missing' });
    await expect(queues.plan.send('a')).rejects.toMatchObject({ code: 'queue-missing' });
    close();
  });
});
