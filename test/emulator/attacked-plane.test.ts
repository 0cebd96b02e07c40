import { afterAll, describe, expect, it } from 'vitest';
import { sweep } from '#functions/sweep/sweep.ts';
import { makeBucket, makeQueue, s3Client, sqsClient } from '#scripts/emulator/emulated-aws.ts';
import { RETRY_POLICY } from '#shared/adapters/aws/retry-policy.ts';
import { S3Store } from '#shared/adapters/aws/s3-store.ts';
import { SqsQueue } from '#shared/adapters/aws/sqs-queue.ts';
import { Message } from '#shared/messaging/messages.ts';
import { Summary } from '#shared/records/summary.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { SmallWorld } from '../functions/small-world.ts';
import { FAULTS, injectFaults } from './inject-faults.ts';
import { onEmulators, type RunningEmulator } from './on-emulators.ts';

const WORKERS = 4;
const RECEIVES = 4;
const VISIBLE_AGAIN_SECONDS = 2;
/** Of the requests to S3, how many go wrong; of the deliveries, how many end in a crash. */
const FAULTY = 0.1;
const CRASHING = 0.15;
const retries = { ...RETRY_POLICY, attempts: 20, sleep: async () => undefined };

/** The stages over S3 and SQS, where every message is sent twice, workers crash and requests go wrong. */
class AttackedPlane {
  readonly world: SmallWorld;
  /** A message that no worker manages to handle. */
  poisoned: (message: Message) => boolean = () => false;
  readonly #queue: SqsQueue;
  #stopped = false;
  readonly #workers: Promise<void>[] = [];

  private constructor(world: SmallWorld, queue: SqsQueue) {
    this.world = world;
    this.#queue = queue;
    world.send = async (message) => {
      const body = JSON.stringify(message);
      await queue.sendBatch([body, body]);
    };
    world.sendAll = async (messages) => {
      for (const message of messages) await world.send(message);
    };
  }

  static async start(emulator: RunningEmulator): Promise<AttackedPlane> {
    const client = s3Client(emulator);
    let count = 0;
    injectFaults(client, () => (Math.random() < FAULTY ? FAULTS[count++ % FAULTS.length] : undefined));
    const store = new S3Store({ client, bucket: await makeBucket(s3Client(emulator)), retries });
    const sqs = sqsClient(emulator);
    const { url, deadLetters } = await makeQueue(sqs, RECEIVES);
    const queue = new SqsQueue({
      client: sqs,
      url,
      deadLetters: new SqsQueue({ client: sqs, url: deadLetters }),
    });
    const plane = new AttackedPlane(await SmallWorld.create(store), queue);
    for (let index = 0; index < WORKERS; index += 1) plane.#workers.push(plane.#work());
    plane.#workers.push(plane.#bury());
    return plane;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#workers);
  }

  async summary(evaluation: string, round = 0): Promise<string> {
    for (;;) {
      const body = await this.world.store.get(keys.summary({ evaluation, round }));
      if (body) return new TextDecoder().decode(body);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      const options = { max: 1, waitSeconds: 1, visibilitySeconds: VISIBLE_AGAIN_SECONDS };
      const [received] = await this.#queue.receive(options);
      if (!received) continue;
      const message = Message.parse(JSON.parse(received.body));
      if (Math.random() < CRASHING) continue; // killed before it did anything
      const handled = await this.#handle(message);
      if (handled && Math.random() >= CRASHING) await this.#queue.ack(received.receipt); // else killed before the ack
    }
  }

  async #handle(message: Message): Promise<boolean> {
    if (this.poisoned(message)) return false;
    return this.world.deliver(message).then(
      () => true,
      () => false,
    );
  }

  async #bury(): Promise<void> {
    const { deadLetters } = this.#queue;
    while (!this.#stopped && deadLetters) {
      const [dead] = await deadLetters.receive({ max: 1, waitSeconds: 1, visibilitySeconds: 10 });
      if (!dead) continue;
      await this.world.bury(Message.parse(JSON.parse(dead.body)));
      await deadLetters.ack(dead.receipt);
    }
  }
}

/** What one worker gives that nothing happens to. */
async function oracle(): Promise<{ evaluation: string; summary: string }> {
  const world = await SmallWorld.create();
  const message = await world.ask(await world.request());
  await world.deliver(message);
  await world.settle();
  const body = await world.store.get(keys.summary({ evaluation: message.evaluation, round: 0 }));
  return { evaluation: message.evaluation, summary: new TextDecoder().decode(body) };
}

onEmulators(
  (emulator) => {
    describe('the stages under attack', () => {
      const planes: AttackedPlane[] = [];
      const attacked = async () => {
        const plane = await AttackedPlane.start(emulator);
        planes.push(plane);
        return plane;
      };
      afterAll(() => Promise.all(planes.map((plane) => plane.stop())));

      it('end in the bytes of an undisturbed round', async () => {
        const expected = await oracle();
        const plane = await attacked();
        const message = await plane.world.ask(await plane.world.request());
        await plane.world.send(message);
        expect(await plane.summary(message.evaluation)).toBe(expected.summary);
      }, 90_000);

      it('count a poisoned shard as failed, and a retry makes the round complete', async () => {
        const expected = Summary.parse(JSON.parse((await oracle()).summary));
        const plane = await attacked();
        plane.poisoned = (message) => message.type === 'verify-shard' && message.shard === 1;
        const message = await plane.world.ask(await plane.world.request());
        await plane.world.send(message);
        const first = Summary.parse(JSON.parse(await plane.summary(message.evaluation)));
        expect(first.coverage.failed).toEqual({ 'verify-dead': 1 });
        plane.poisoned = () => false;
        await plane.world.send({ ...message, type: 'evaluation-requested', round: 1 });
        const second = Summary.parse(JSON.parse(await plane.summary(message.evaluation, 1)));
        expect(second.coverage.failed).toEqual({});
        expect(second.graders).toEqual(expected.graders);
      }, 120_000);

      it('do work whose event was lost once the sweep finds its marker', async () => {
        const expected = await oracle();
        const plane = await attacked();
        const { store, send } = plane.world;
        const { evaluation } = await plane.world.ask(await plane.world.request());
        const pending = { schemaVersion: 1, createdAt: 0 };
        await put(store, record.pendingEvaluation({ evaluation, round: 0 }), pending);
        const clock = { now: () => 3_600_000 };
        await sweep({ store, send, clock, patienceMs: 60_000, intervalMs: Number.POSITIVE_INFINITY });
        expect(await plane.summary(evaluation)).toBe(expected.summary);
      }, 90_000);

      it('end a cancelled round without running what had not begun', async () => {
        const plane = await attacked();
        const message = await plane.world.ask(await plane.world.request());
        await put(plane.world.store, record.cancelled({ evaluation: message.evaluation, round: 0 }), {});
        await plane.world.send(message);
        const { coverage } = Summary.parse(JSON.parse(await plane.summary(message.evaluation)));
        expect(coverage.failed).toEqual({ cancelled: coverage.shards });
      }, 90_000);
    });
  },
  ['ministack'],
);
