import { Duration } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type Limits, MAX_RECEIVES, VISIBILITY_PER_TIMEOUT } from '../limits.ts';
import type { Settings } from '../settings.ts';

export interface StageQueue {
  readonly queue: Queue;
  readonly deadLetters: Queue;
}

/** The queue of a stage, and the one for messages that were received too often. */
export function stageQueue(
  scope: Construct,
  name: 'Plan' | 'Generate' | 'Verify',
  { target }: Settings,
  limits: Limits,
): StageQueue {
  const enforceSSL = target === 'aws';
  const stage = name.toLowerCase() as 'plan' | 'generate' | 'verify'; // of the names above
  const deadLetters = new Queue(scope, `${name}DeadLetters`, {
    enforceSSL,
    retentionPeriod: Duration.days(14),
    visibilityTimeout: Duration.seconds(VISIBILITY_PER_TIMEOUT * limits['dead-letter'].timeoutSeconds),
  });
  const queue = new Queue(scope, `${name}Queue`, {
    enforceSSL,
    retentionPeriod: Duration.days(14),
    visibilityTimeout: Duration.seconds(VISIBILITY_PER_TIMEOUT * limits[stage].timeoutSeconds),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_RECEIVES },
  });
  return { queue, deadLetters };
}
