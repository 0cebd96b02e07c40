/** Sends messages of its own and receives whatever comes, as others do at the same time, until it is killed. */
import { appendFileSync } from 'node:fs';
import { openQueues } from '#shared/adapters/local/sqlite-queue.ts';
import { tell, waitForStart } from './worker-side.ts';

const [path = '', own = '', messages = ''] = process.argv.slice(2);

await waitForStart();
const { plan } = openQueues(path, { maxReceives: 4, clock: { now: Date.now } });
for (let i = 0; i < Number(messages); i += 10) {
  await plan.sendBatch(Array.from({ length: 10 }, (_, j) => `${own}/${i + j}`));
  await receive();
}
for (;;) await receive();

async function receive(): Promise<void> {
  const received = await plan.receive({ max: 7, waitSeconds: 0.1, visibilitySeconds: 60 });
  for (const { body, receipt } of received) {
    // On disk before the ack: what is told to the parent may still be in this process when it is killed.
    appendFileSync(`${path}.received`, `${body}\n`);
    await plan.ack(receipt);
    tell(body);
  }
}
