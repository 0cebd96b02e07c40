import type { Context, SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { writeLog } from '#shared/adapters/write-log.ts';
import { messageOf } from '#shared/errors.ts';
import type { Connect, ConnectedStage } from './connected-stage.ts';
import { type Handled, handledEntry, handleMessage } from './handle-message.ts';
import { lambdaMeter } from './lambda-meter.ts';
import { pausesOf, RetryEnv } from './retry-pause.ts';
import { type Settling, settleMessage } from './settle-message.ts';

export type SqsHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * A stage as a Lambda function behind a queue: each record becomes a request to the stage's route, each failure an
 * item of the partial batch response, so that what was done is not done again. Connects when the environment starts
 * and not at its first message; one that cannot connect ends there, and Lambda starts another.
 */
export function sqsHandler(connect: Connect): SqsHandler {
  const pauses = pausesOf(RetryEnv.parse(process.env));
  let remainingMs = () => Number.POSITIVE_INFINITY;
  const connecting = connect(process.env, { remainingMs: () => remainingMs() });
  const meter = lambdaMeter(process.env, () => performance.now() / 1000);
  return async ({ Records }, context) => {
    remainingMs = () => context.getRemainingTimeInMillis();
    meter?.begin();
    const stage = await connecting;
    const batchItemFailures: SQSBatchItemFailure[] = [];
    // One after the other: a batch shares the memory and the processors of its environment.
    for (const record of Records) {
      const handled = await handleMessage(record.body, stage);
      await afterwards(record, handled, stage, { pauses, ...(meter && { billed: meter.lap() }) });
      if (handled.kind === 'failed') batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    meter?.end();
    return { batchItemFailures };
  };
}

/** Neither a lost measurement nor a longer pause may turn a message that was handled into one that was not. */
async function afterwards(
  record: SQSRecord,
  handled: Handled,
  { queue, store }: ConnectedStage,
  settling: Pick<Settling, 'pauses' | 'billed'>,
): Promise<void> {
  const { receiptHandle: receipt } = record;
  const receives = Number(record.attributes.ApproximateReceiveCount);
  writeLog(handledEntry(handled, receives));
  const leaving = {
    ack: async () => {}, // Lambda does, by what the handler answers
    extend: async (_: string, seconds: number) => queue?.extend(receipt, seconds),
  };
  try {
    await settleMessage({ receipt, receives }, handled, { queue: leaving, store, ...settling });
  } catch (error) {
    writeLog({ level: 'error', event: 'afterwards-failed', detail: messageOf(error) });
  }
}
