import { openSqsQueues } from '#shared/adapters/aws/open-sqs-queues.ts';
import { RETRY_POLICY } from '#shared/adapters/aws/retry-policy.ts';
import type { Deployment } from '#shared/adapters/deployment.ts';
import { messageOf } from '#shared/errors.ts';
import type { Finding } from './finding.ts';

/** Whoever looks asks again by themselves. */
const ONCE = { ...RETRY_POLICY, attempts: 1 };

/** What waits in each queue, and in its dead letters. */
export async function queueDepths({ queueUrls, region }: Deployment): Promise<readonly Finding[]> {
  const { queues, close } = openSqsQueues(queueUrls, { region }, ONCE);
  try {
    return await Promise.all(
      Object.entries(queues).map(async ([name, queue]): Promise<Finding> => {
        const what = `queue ${name}`;
        try {
          const { waiting, taken } = await queue.depth();
          const dead = (await queue.deadLetters?.depth())?.waiting ?? 0;
          const advice = dead > 0 ? '; see docs/runbook.md#dead-letters' : '';
          const detail = `${waiting} waiting, ${taken} being worked on, ${dead} dead letters${advice}`;
          return { what, level: dead > 0 ? 'warning' : 'ok', detail };
        } catch (error) {
          return { what, level: 'error', detail: messageOf(error) };
        }
      }),
    );
  } finally {
    close();
  }
}
