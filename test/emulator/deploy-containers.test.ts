import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareRequest } from '#cli/evaluate/evaluate.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { storeModel } from '#cli/push/store-model.ts';
import { makeBucket, makeQueue, s3Client, sqsClient } from '#scripts/emulator/emulated-aws.ts';
import { S3Store } from '#shared/adapters/aws/s3-store.ts';
import { SqsQueue } from '#shared/adapters/aws/sqs-queue.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { onEmulators } from './on-emulators.ts';

const STAGES = ['plan', 'generate', 'verify'] as const;

onEmulators(
  (emulator) => {
    const [s3, sqs] = [s3Client(emulator), sqsClient(emulator)];
    const containers = new Map<string, ChildProcess>();
    let store: S3Store;
    let plan: SqsQueue;

    beforeAll(async () => {
      const bucket = await makeBucket(s3);
      const urls = Object.fromEntries(
        await Promise.all(STAGES.map(async (name) => [name, (await makeQueue(sqs, 4)).url] as const)),
      );
      store = new S3Store({ client: s3, bucket });
      plan = new SqsQueue({ client: sqs, url: urls['plan'] ?? '' });
      const env = {
        PATH: process.env['PATH'],
        ...emulator.env,
        BUCKET_NAME: bucket,
        PLAN_QUEUE_URL: urls['plan'],
        GENERATE_QUEUE_URL: urls['generate'],
        VERIFY_QUEUE_URL: urls['verify'],
        GENERATE_HOST: 'container',
        GENERATE_MEMORY_MIB: '3008',
        GENERATE_DISK_BYTES: '1e9',
        GENERATE_TIMEOUT_SECONDS: '900',
        MODEL_CACHE_BYTES: '1e9',
      };
      for (const stage of STAGES) {
        const script = join(packageRoot, 'functions/container/main.ts');
        containers.set(stage, spawn(process.execPath, [script], { env: { ...env, STAGE: stage } }));
      }
    });

    afterAll(() => {
      for (const container of containers.values()) container.kill('SIGKILL');
      s3.destroy();
      sqs.destroy();
    });

    it('evaluates with a container for each stage and no function', async () => {
      const model = await storeModel(store, join(packageRoot, 'trainer/microcosm/bases/habit-62-46'));
      const settings = {
        benchmarks: ['micro-minerva'],
        limit: 4,
        template: 'chat',
        graders: ['reward'],
      } as const;
      const request = await prepareRequest(store, model, settings, process.env);
      const evaluation = evaluationId(request);
      await put(store, record.evaluationRequest(evaluation), request);
      await plan.send(
        JSON.stringify({ schemaVersion: 1, type: 'evaluation-requested', evaluation, round: 0 }),
      );
      const summary = keys.summary({ evaluation, round: 0 });
      await expect.poll(() => store.get(summary), { timeout: 60_000, interval: 500 }).toBeDefined();
      expect(await read(store, record.summary.at(summary))).toMatchObject({
        policy: 'verified',
        coverage: { shards: 1, scored: 1 },
      });
    });

    it('ends each of them on SIGTERM, with nothing left undone', async () => {
      for (const [stage, container] of containers) {
        const closed = once(container, 'close');
        container.kill('SIGTERM');
        expect(await closed, stage).toEqual([0, null]);
      }
      expect(await store.list(keys.prefix.pending)).toEqual([]);
    });
  },
  ['ministack'],
);
