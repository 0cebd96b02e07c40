import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeBucket, makeQueue, s3Client, sqsClient } from '#scripts/emulator/emulated-aws.ts';
import { S3Store } from '#shared/adapters/aws/s3-store.ts';
import { SqsQueue } from '#shared/adapters/aws/sqs-queue.ts';
import { WorkerProcess } from '../shared/adapters/local/worker-process.ts';
import { onEmulators } from './on-emulators.ts';

const MAX_RECEIVES = 4;
const script = (name: string) => fileURLToPath(import.meta.resolve(`./${name}`));

onEmulators((emulator) => {
  const { endpoint } = emulator;

  describe('a hundred simultaneous puts of one key by four processes', () => {
    it('create the object exactly once', async () => {
      const client = s3Client(emulator);
      const bucket = await makeBucket(client);
      const workers = [1, 2, 3, 4].map(
        (own) =>
          new WorkerProcess(script('put-race-worker.ts'), [endpoint, bucket, 'runs/a', '25', `by ${own}`]),
      );
      await Promise.all(workers.map((worker) => worker.ready()));
      const results = workers.map((worker) => worker.next());
      for (const worker of workers) worker.start();
      const created = (await Promise.all(results)) as number[];
      await Promise.all(workers.map((worker) => worker.kill()));

      expect([...created].sort()).toEqual([0, 0, 0, 1]);
      const body = await new S3Store({ client, bucket }).get('runs/a');
      expect(new TextDecoder().decode(body)).toBe(`by ${created.indexOf(1) + 1}`);
    });
  });

  describe('four processes on one queue, of which one is killed', () => {
    it('handle every message, and bury only what none of them can handle', async () => {
      const client = sqsClient(emulator);
      const urls = await makeQueue(client, MAX_RECEIVES);
      const queue = new SqsQueue({ client, url: urls.url });
      const sound = Array.from({ length: 190 }, (_, i) => `sound/${i}`);
      const poison = Array.from({ length: 10 }, (_, i) => `poison/${i}`);
      const bodies = [...sound, ...poison];
      for (let i = 0; i < bodies.length; i += 10) await queue.sendBatch(bodies.slice(i, i + 10));

      const told = await pollUntilHandled(
        [1, 2, 3, 4].map(() => new WorkerProcess(script('poll-worker.ts'), [endpoint, urls.url])),
        sound.length,
        new SqsQueue({ client, url: urls.deadLetters }),
        poison.length,
      );

      expect([...told.handled].sort()).toEqual([...sound].sort());
      expect([...told.dead].sort()).toEqual([...poison].sort());
      expect(told.mostReceives).toBe(MAX_RECEIVES);
    });
  });
});

interface Told {
  readonly body: string;
  readonly receives: number;
  readonly isHandled: boolean;
}

/** Runs the workers until there are so many handled and so many dead messages; kills the first one on the way. */
async function pollUntilHandled(
  workers: readonly WorkerProcess[],
  sound: number,
  deadLetters: SqsQueue,
  poison: number,
): Promise<{ handled: Set<string>; dead: Set<string>; mostReceives: number }> {
  const handled = new Set<string>();
  const dead = new Set<string>();
  let mostReceives = 0;
  let ofTheFirst = 0;
  await Promise.all(workers.map((worker) => worker.ready()));
  for (const [i, worker] of workers.entries()) {
    worker.onMessage((message) => {
      const { body, receives, isHandled } = message as Told;
      if (isHandled) handled.add(body);
      mostReceives = Math.max(mostReceives, receives);
      // In the middle of a batch: the rest of it comes again.
      if (i === 0 && ++ofTheFirst === 15) void worker.kill();
    });
    worker.start();
  }
  while (handled.size < sound || dead.size < poison) {
    const letters = await deadLetters.receive({ max: 10, waitSeconds: 1, visibilitySeconds: 60 });
    for (const { body } of letters) dead.add(body);
  }
  expect(ofTheFirst).toBeGreaterThanOrEqual(15);
  await Promise.all(workers.map((worker) => worker.kill()));
  return { handled, dead, mostReceives };
}
