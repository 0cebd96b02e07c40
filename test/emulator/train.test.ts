import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { makeBucket, makeQueue, s3Client, sqsClient } from '#scripts/emulator/emulated-aws.ts';
import { openPlace, type Place } from '#shared/adapters/open-place.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { type Line, oneshot } from '../e2e/oneshot.ts';
import { onEmulators, type RunningEmulator } from './on-emulators.ts';

const RUN = ['--steps', '2', '--checkpoint-every', '1', '--prompts', '8', '--samples', '4'];
const EVALUATED = ['--eval-benchmarks', 'micro-aime24', '--eval-limit', '5'];
const RECEIVES = 4;
const STAGES = ['plan', 'generate', 'verify'] as const;

/** A store and queues on an emulator, and the stages as the containers that poll them. */
class Cloud {
  readonly home = mkdtempSync(join(tmpdir(), 'oneshot-cloud-'));
  readonly outputs = join(this.home, 'outputs.json');
  readonly #emulator: RunningEmulator;
  readonly #containers = new Map<string, ChildProcess>();

  #jobEnv: NodeJS.ProcessEnv = {};

  constructor(emulator: RunningEmulator) {
    this.#emulator = emulator;
  }

  get env(): NodeJS.ProcessEnv {
    const { endpoint } = this.#emulator;
    const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };
    return { ...process.env, ...credentials, AWS_ENDPOINT_URL: endpoint };
  }

  async start(): Promise<void> {
    const [s3, sqs] = [s3Client(this.#emulator), sqsClient(this.#emulator)];
    const bucket = await makeBucket(s3);
    const [plan, generate, verify] = await Promise.all(STAGES.map(() => makeQueue(sqs, RECEIVES)));
    if (!plan || !generate || !verify) throw new Error('three queues');
    const queues = { Plan: plan, Generate: generate, Verify: verify };
    const urls = Object.entries(queues).flatMap(([name, { url, deadLetters }]) => [
      [`${name}QueueUrl`, url],
      [`${name}DeadLettersUrl`, deadLetters],
    ]);
    this.#jobEnv = { BUCKET_NAME: bucket, PLAN_QUEUE_URL: plan.url };
    const outputs = { BucketName: bucket, Region: 'us-east-1', ...Object.fromEntries(urls) };
    writeFileSync(
      this.outputs,
      JSON.stringify({ EvaluationStack: outputs, TrainerStack: { JobQueue: 'q', JobDefinition: 'd' } }),
    );
    const env = {
      ...this.env,
      BUCKET_NAME: bucket,
      PLAN_QUEUE_URL: plan.url,
      GENERATE_QUEUE_URL: generate.url,
      VERIFY_QUEUE_URL: verify.url,
      GENERATE_HOST: 'container',
      GENERATE_MEMORY_MIB: '2048',
      GENERATE_DISK_BYTES: '1000000000',
      GENERATE_TIMEOUT_SECONDS: '900',
      MODEL_CACHE: join(this.home, 'models'),
      MODEL_CACHE_BYTES: '1000000000',
    };
    for (const stage of STAGES) this.#startContainer(stage, env);
  }

  #startContainer(STAGE: (typeof STAGES)[number], env: NodeJS.ProcessEnv): void {
    const file = join(packageRoot, 'functions/container/main.ts');
    const settings = { ...env, STAGE, VISIBILITY_SECONDS: '5' };
    const container = spawn(process.execPath, [file], { env: settings, stdio: 'ignore' });
    this.#containers.set(STAGE, container);
    this.restart = (stage) => {
      this.#containers.get(stage)?.kill('SIGKILL');
      this.#startContainer(stage, env);
    };
  }

  /** Kills a worker in whatever it does and starts another. */
  restart: (stage: (typeof STAGES)[number]) => void = () => undefined;

  /** The driver as its container starts it. */
  async runAsJob(run: string): Promise<number> {
    const engine = ['--python', '.venv/bin/python', '--engine', 'trainer/engine'];
    const args = ['trainer/main.ts', '--home', join(this.home, 'job'), ...engine];
    const env = { ...this.env, ...this.#jobEnv, RUN: run };
    const driver = spawn(process.execPath, args, { cwd: packageRoot, env, stdio: 'ignore' });
    const [code] = (await once(driver, 'exit')) as [number];
    return code;
  }

  train(name: string, onLine?: (line: Line) => void, more: readonly string[] = ['--wait']) {
    const args = ['train', 'micro-pi1', '--json', '--name', name, ...RUN, ...EVALUATED, ...more];
    return oneshot([...args, '--aws', this.outputs, '--home', this.home], onLine, this.env);
  }

  /** The store, read as the command line does. */
  async place(): Promise<Place> {
    Object.assign(process.env, this.env);
    return openPlace({ home: this.home, aws: this.outputs });
  }

  async stop(): Promise<void> {
    for (const container of this.#containers.values()) {
      container.kill('SIGTERM');
      if (container.exitCode === null) await once(container, 'exit');
    }
    rmSync(this.home, { recursive: true, force: true });
  }
}

onEmulators(
  (emulator) => {
    describe('a training run whose store and queues are on AWS', () => {
      const cloud = new Cloud(emulator);
      let untouched: readonly unknown[];

      beforeAll(() => cloud.start(), 60_000);
      afterAll(() => cloud.stop(), 60_000);

      it('commits checkpoints, and other processes evaluate each of them', async () => {
        const { code, stderr } = await cloud.train('untouched');
        expect({ code, stderr }).toMatchObject({ code: 0 });
        untouched = await trajectory(cloud, 'untouched');
        expect(untouched).toHaveLength(3);
      }, 180_000);

      it('goes on to the same bytes when its driver was killed', async () => {
        let driver = 0;
        await cloud.train('killed', (line) => {
          if (line['event'] === 'process' && line['name'] === 'driver') driver = Number(line['pid']);
          if (line['event'] === 'step' && line['step'] === 1) process.kill(driver, 'SIGKILL');
        });
        const { code } = await cloud.train('killed');
        expect(code).toBe(0);
        expect(await trajectory(cloud, 'killed')).toEqual(untouched);
      }, 240_000);

      it('is scored alike when the workers that evaluate it are killed', async () => {
        const { code } = await cloud.train('workers-killed', (line) => {
          if (line['event'] === 'step')
            for (const stage of ['generate', 'verify'] as const) cloud.restart(stage);
        });
        expect(code).toBe(0);
        expect(await trajectory(cloud, 'workers-killed')).toEqual(untouched);
      }, 240_000);

      it('runs as a job, which knows its place from its environment alone', async () => {
        // The emulator takes the submission, and nobody there starts a container.
        const { code, lines } = await cloud.train('job', undefined, ['--on', 'aws']);
        expect(code).toBe(0);
        expect(lines).toContainEqual(expect.objectContaining({ event: 'submitted', run: 'job' }));
        expect(await cloud.runAsJob('job')).toBe(0);
        expect(await scored(cloud, 'job')).toEqual(untouched);
      }, 180_000);

      it('stops by itself once another driver has taken the run over', async () => {
        const place = await cloud.place();
        const first = cloud.train('contested', (line) => {
          if (line['event'] !== 'step' || line['step'] !== 1) return;
          const usurper = { schemaVersion: 1, nonce: 'another', resumesFrom: null, host };
          const body = new TextEncoder().encode(JSON.stringify(usurper));
          void place.store.putOnce(keys.incarnation('contested', 2), body);
        });
        const { code, error } = await first;
        place.close();
        expect(code).toBe(1);
        expect(error?.code).toBe('superseded');
      }, 180_000);
    });
  },
  ['ministack'],
);

const host = { torch: 't', transformers: 't', instructionSet: 'i' };

/** The trajectory, once nothing is pending any more. */
async function scored(cloud: Cloud, run: string): Promise<readonly unknown[]> {
  const place = await cloud.place();
  while ((await place.store.list(keys.prefix.pending)).length > 0)
    await new Promise((resolve) => setTimeout(resolve, 200));
  place.close();
  return trajectory(cloud, run);
}

/** Models, metrics and scores of a run's checkpoints. */
async function trajectory(cloud: Cloud, run: string): Promise<readonly unknown[]> {
  const place = await cloud.place();
  const line = await readCheckpointLine(place.store, run);
  const scored = await Promise.all(
    line.map(async ({ checkpoint: { step, model, steps, evaluation } }) => {
      const ref = { evaluation: evaluation ? evaluationId(evaluation) : '', round: 0 };
      const summary = evaluation && (await place.store.get(keys.summary(ref)));
      return { step, model, steps, summary: summary ? new TextDecoder().decode(summary) : null };
    }),
  );
  place.close();
  return scored;
}
