import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '#shared/adapters/aws/client-settings.ts';
import { explainAwsError } from '#shared/adapters/aws/explain-aws-error.ts';
import type { Deployment } from '#shared/adapters/deployment.ts';
import { messageOf } from '#shared/errors.ts';
import type { Finding } from './finding.ts';

/** What waits in each queue, and in its dead letters. */
export async function queueDepths({ queueUrls, region }: Deployment): Promise<readonly Finding[]> {
  const client = new SQSClient({ ...clientSettings({ region }), useQueueUrlAsEndpoint: false });
  try {
    return await Promise.all(
      Object.entries(queueUrls).map(async ([name, { url, deadLetters }]): Promise<Finding> => {
        const what = `queue ${name}`;
        try {
          const [queue, dead] = [await depthOf(client, url), await depthOf(client, deadLetters)];
          const detail = `${queue.waiting} waiting, ${queue.taken} being worked on, ${dead.waiting} dead letters`;
          const advice = dead.waiting > 0 ? '; see docs/runbook.md#dead-letters' : '';
          return { what, level: dead.waiting > 0 ? 'warning' : 'ok', detail: `${detail}${advice}` };
        } catch (error) {
          return { what, level: 'error', detail: messageOf(explainAwsError(error, `queue ${url}`)) };
        }
      }),
    );
  } finally {
    client.destroy();
  }
}

/** Approximate, as SQS has it. */
async function depthOf(client: SQSClient, url: string): Promise<{ waiting: number; taken: number }> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...AttributeNames] });
  const { Attributes = {} } = await client.send(command);
  return {
    waiting: Number(Attributes[AttributeNames[0]] ?? 0),
    taken: Number(Attributes[AttributeNames[1]] ?? 0),
  };
}
