import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { KnownError } from '../../errors.ts';
import {
  BATCH_LIMIT,
  type Queue,
  type QueueDepth,
  type Received,
  type ReceiveOptions,
} from '../../ports/queue.ts';
import { explainAwsError } from './explain-aws-error.ts';
import { RETRY_POLICY, type RetryPolicy, retrying } from './retry-policy.ts';
import { unsentOf } from './unsent-entries.ts';

/** What SQS takes: messages at a time, seconds of one wait and of hiding. */
const MAX_RECEIVED = 10;
const MAX_WAIT_SECONDS = 20;
const MAX_VISIBILITY_SECONDS = 43_200;

/** How SQS names what `depth` gives. */
const DEPTH = {
  waiting: 'ApproximateNumberOfMessages',
  taken: 'ApproximateNumberOfMessagesNotVisible',
} as const;

export interface SqsQueueOptions {
  /** With `maxAttempts: 1`: this queue tries again by itself. */
  readonly client: SQSClient;
  readonly url: string;
  /** The queue that the redrive policy of this one names, which also says how often a message is received. */
  readonly deadLetters?: Queue;
  readonly retries?: RetryPolicy;
}

/**
 * An SQS standard queue. SQS counts in whole seconds, so that fractions are rounded up, and hides for at most 12 hours:
 * longer times are cut, which delivers earlier and loses nothing.
 *
 * A send that was answered by an error may have taken effect and is sent again, so that a body may come twice. An
 * `ack` by the receipt of a former delivery may remove the message although somebody else works on it again: SQS
 * does not say which receipt is the latest. Whoever acknowledges has done the work, so that nothing is lost.
 *
 * @throws {KnownError} from every method: `credentials-missing`, `access-denied`, `queue-missing`, `region-wrong`,
 *   `endpoint-unreachable`, `service-unavailable`
 */
export class SqsQueue implements Queue {
  readonly deadLetters: Queue | undefined;
  readonly #client: SQSClient;
  readonly #url: string;
  readonly #retries: RetryPolicy;

  constructor({ client, url, deadLetters, retries = RETRY_POLICY }: SqsQueueOptions) {
    this.deadLetters = deadLetters;
    this.#client = client;
    this.#url = url;
    this.#retries = retries;
  }

  async send(body: string): Promise<void> {
    const command = new SendMessageCommand({ QueueUrl: this.#url, MessageBody: body });
    await this.#attempt(() => this.#client.send(command));
  }

  async sendBatch(bodies: readonly string[]): Promise<void> {
    if (bodies.length > BATCH_LIMIT) {
      const message = `A batch holds at most ${BATCH_LIMIT} messages, not ${bodies.length}. Send several batches.`;
      throw new KnownError('batch-too-large', message);
    }
    let unsent = bodies.map((body, i) => ({ Id: `${i}`, MessageBody: body }));
    await this.#attempt(async () => {
      if (unsent.length === 0) return;
      const answer = await this.#client.send(
        new SendMessageBatchCommand({ QueueUrl: this.#url, Entries: unsent }),
      );
      const failed = answer.Failed ?? [];
      unsent = unsent.filter(({ Id }) => failed.some((failure) => failure.Id === Id));
      if (failed.length > 0) throw unsentOf(failed);
    });
  }

  async receive({ max, waitSeconds, visibilitySeconds }: ReceiveOptions): Promise<readonly Received[]> {
    let left = Math.ceil(waitSeconds);
    for (;;) {
      const wait = Math.min(left, MAX_WAIT_SECONDS);
      const received = await this.#receiveOnce(max, wait, visibilitySeconds);
      left -= wait;
      if (received.length > 0 || left <= 0) return received;
    }
  }

  async ack(receipt: string): Promise<void> {
    const command = new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle: receipt });
    await this.#attemptUnlessLate(() => this.#client.send(command));
  }

  async extend(receipt: string, seconds: number): Promise<void> {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: this.#url,
      ReceiptHandle: receipt,
      VisibilityTimeout: visibility(seconds),
    });
    await this.#attemptUnlessLate(() => this.#client.send(command));
  }

  async depth(): Promise<QueueDepth> {
    const AttributeNames = [DEPTH.waiting, DEPTH.taken];
    const command = new GetQueueAttributesCommand({ QueueUrl: this.#url, AttributeNames });
    const { Attributes } = await this.#attempt(() => this.#client.send(command));
    const count = (name: keyof QueueDepth) => Number(Attributes?.[DEPTH[name]] ?? 0);
    return { waiting: count('waiting'), taken: count('taken') };
  }

  async #receiveOnce(max: number, waitSeconds: number, visibilitySeconds: number): Promise<Received[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#url,
      MaxNumberOfMessages: Math.min(max, MAX_RECEIVED),
      WaitTimeSeconds: waitSeconds,
      VisibilityTimeout: visibility(visibilitySeconds),
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    const { Messages = [] } = await this.#attempt(() => this.#client.send(command));
    return Messages.map(({ Body = '', ReceiptHandle = '', Attributes }) => ({
      body: Body,
      receipt: ReceiptHandle,
      receives: Number(Attributes?.ApproximateReceiveCount),
    }));
  }

  async #attemptUnlessLate(attempt: () => Promise<unknown>): Promise<void> {
    await this.#attempt(async () => {
      try {
        await attempt();
      } catch (error) {
        if (!isLate(error)) throw error;
      }
    });
  }

  async #attempt<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await retrying(attempt, this.#retries);
    } catch (error) {
      throw explainAwsError(error, `queue ${this.#url}`);
    }
  }
}

function visibility(seconds: number): number {
  return Math.min(Math.ceil(seconds), MAX_VISIBILITY_SECONDS);
}

/** The delivery is over: the message was acknowledged, has become visible again, or was given to somebody else. */
function isLate(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  switch (error.name) {
    case 'MessageNotInflight':
    case 'ReceiptHandleIsInvalid':
      return true;
    case 'InvalidParameterValue':
      // Also the answer to a hiding of more than 12 hours in all, which is nobody's lateness.
      return /receipt ?handle|not available|expired/i.test(error.message);
    default:
      return false;
  }
}
