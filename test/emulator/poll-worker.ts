/** Handles whatever comes, as other processes do at the same time, until it is killed; poison it cannot handle. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sqsClient } from '#scripts/emulator/emulated-aws.ts';
import { SqsQueue } from '#shared/adapters/aws/sqs-queue.ts';
import { tell, waitForStart } from '../shared/adapters/local/worker-side.ts';

const HANDLING_MS = 10;
const [endpoint = '', url = ''] = process.argv.slice(2);
const queue = new SqsQueue({ client: sqsClient({ endpoint }), url });

await waitForStart();
for (;;) {
  const received = await queue.receive({ max: 10, waitSeconds: 1, visibilitySeconds: 3 });
  for (const { body, receipt, receives } of received) {
    await sleep(HANDLING_MS);
    const isHandled = !body.startsWith('poison');
    tell({ body, receives, isHandled }); // first: nobody would hear of what is acknowledged just before a kill
    if (isHandled) await queue.ack(receipt);
    else await queue.extend(receipt, 0);
  }
}
