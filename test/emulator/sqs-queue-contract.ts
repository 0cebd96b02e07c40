import { afterAll } from 'vitest';
import { makeQueue, sqsClient } from '#scripts/emulator/emulated-aws.ts';
import { SqsQueue } from '#shared/adapters/aws/sqs-queue.ts';
import { queueContract } from '../contracts/queue.ts';
import { elapse, HurriedQueue } from './hurried-queue.ts';
import { type EmulatorName, onEmulators } from './on-emulators.ts';

const MAX_RECEIVES = 4;
/** LocalStack looks for messages whose time is over once a second. */
const TICK_MS = { localstack: 1200, ministack: 0 };

/** The contract of queues on one emulator. It mostly waits, so that each emulator has a file of its own. */
export function sqsQueueContract(name: EmulatorName): void {
  onEmulators(
    (emulator) => {
      const client = sqsClient(emulator);
      afterAll(() => client.destroy());
      queueContract('SqsQueue', async () => {
        const urls = await makeQueue(client, MAX_RECEIVES);
        const deadLetters = new SqsQueue({ client, url: urls.deadLetters });
        const queue = new HurriedQueue(new SqsQueue({ client, url: urls.url, deadLetters }));
        return {
          queue,
          maxReceives: MAX_RECEIVES,
          elapse: (seconds) => elapse(seconds, TICK_MS[name]),
          // Its queues know every receipt they ever gave.
          staleAcksMayRemove: name === 'localstack',
        };
      });
    },
    [name],
  );
}
