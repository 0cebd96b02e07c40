import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { SqsQueue } from '#shared/adapters/aws/sqs-queue.ts';
import { HASTY, type Reply, type ScriptedServer, scriptedServer, scriptedSqs } from './scripted-server.ts';

const url = 'https://sqs.us-east-1.amazonaws.com/123456789012/plan';
const now = { max: 10, waitSeconds: 0, visibilitySeconds: 60 };

let server: ScriptedServer | undefined;
afterEach(() => server?.close());

async function queueThatMeets(...replies: Reply[]) {
  server = await scriptedServer(replies);
  const { asked } = server;
  const queue = new SqsQueue({ client: scriptedSqs(server), url, retries: HASTY });
  return { queue, asked, bodies: () => asked.map(({ body }) => JSON.parse(body)) };
}

const ok = (answer: unknown): Reply => ({ status: 200, body: JSON.stringify(answer) });
/** The SDK believes no message without it. */
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const refused = (type: string, message = 'as scripted', status = 400): Reply => ({
  status,
  body: JSON.stringify({ __type: `com.amazonaws.sqs#${type}`, message }),
});

describe('a batch', () => {
  it('is sent again as far as it was not taken', async () => {
    const failed = (Id: string) => ({ Id, Code: 'InternalError', Message: 'later', SenderFault: false });
    const { queue, bodies } = await queueThatMeets(
      ok({ Successful: [{ Id: '0', MD5OfMessageBody: md5('a') }], Failed: [failed('1'), failed('2')] }),
      refused('ServiceUnavailable', 'busy', 503),
      ok({ Successful: [{ Id: '2', MD5OfMessageBody: md5('c') }], Failed: [failed('1')] }),
      ok({ Successful: [{ Id: '1', MD5OfMessageBody: md5('b') }] }),
    );
    await queue.sendBatch(['a', 'b', 'c']);
    const sent = bodies().map(({ Entries }) =>
      Entries.map((entry: { MessageBody: string }) => entry.MessageBody),
    );
    expect(sent).toEqual([['a', 'b', 'c'], ['b', 'c'], ['b', 'c'], ['b']]);
  });

  it('of which SQS does not take all, however often it is asked, fails as a whole', async () => {
    const failed = { Id: '1', Code: 'InternalError', Message: 'later', SenderFault: false };
    const { queue, bodies } = await queueThatMeets(
      ok({ Successful: [{ Id: '0', MD5OfMessageBody: md5('a') }], Failed: [failed] }),
      ok({ Failed: [failed] }), // and so for ever
    );
    await expect(queue.sendBatch(['a', 'b'])).rejects.toMatchObject({ code: 'service-unavailable' });
    expect(bodies().length).toBeGreaterThan(1);
  });

  it('that holds a message which SQS never takes says so at once', async () => {
    const failed = { Id: '0', Code: 'InvalidMessageContents', Message: 'bad', SenderFault: true };
    const { queue, asked } = await queueThatMeets(ok({ Failed: [failed] }));
    await expect(queue.sendBatch(['a'])).rejects.toMatchObject({
      code: 'message-refused',
      message: expect.stringContaining('InvalidMessageContents'),
    });
    expect(asked).toHaveLength(1);
  });

  it('of nothing asks nothing', async () => {
    const { queue, asked } = await queueThatMeets(ok({}));
    await queue.sendBatch([]);
    expect(asked).toEqual([]);
  });
});

describe('a wait', () => {
  it('of more than 20 seconds is several', async () => {
    const { queue, bodies } = await queueThatMeets(ok({}));
    expect(await queue.receive({ ...now, waitSeconds: 45 })).toEqual([]);
    expect(bodies().map(({ WaitTimeSeconds }) => WaitTimeSeconds)).toEqual([20, 20, 5]);
  });

  it('ends with the first message', async () => {
    const message = {
      Body: 'a',
      MD5OfBody: md5('a'),
      ReceiptHandle: 'r',
      Attributes: { ApproximateReceiveCount: '3' },
    };
    const { queue, asked } = await queueThatMeets(ok({}), ok({ Messages: [message] }));
    expect(await queue.receive({ ...now, waitSeconds: 60 })).toEqual([
      { body: 'a', receipt: 'r', receives: 3 },
    ]);
    expect(asked).toHaveLength(2);
  });

  it('asks for no more than SQS gives, in whole seconds', async () => {
    const { queue, bodies } = await queueThatMeets(ok({}));
    await queue.receive({ max: 50, waitSeconds: 0.2, visibilitySeconds: 100_000.5 });
    expect(bodies()).toMatchObject([
      { MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 43_200 },
    ]);
  });
});

it('the depth is what SQS says of visible and hidden messages', async () => {
  const { queue, bodies } = await queueThatMeets(
    ok({ Attributes: { ApproximateNumberOfMessages: '7', ApproximateNumberOfMessagesNotVisible: '2' } }),
  );
  expect(await queue.depth()).toEqual({ waiting: 7, taken: 2 });
  expect(bodies()).toMatchObject([
    { AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] },
  ]);
});

describe('a receipt', () => {
  it.each([
    refused('ReceiptHandleIsInvalid'),
    refused('MessageNotInflight'),
    refused(
      'InvalidParameterValue',
      'Value r for parameter ReceiptHandle is invalid. Reason: it has expired.',
    ),
  ])('of a delivery that is over is no error: %j', async (reply) => {
    const { queue } = await queueThatMeets(reply);
    await queue.ack('r');
    await queue.extend('r', 10);
  });

  it('whose message would be hidden for more than 12 hours in all is one', async () => {
    const { queue } = await queueThatMeets(
      refused('InvalidParameterValue', 'Total VisibilityTimeout for the message is beyond the limit'),
    );
    await expect(queue.extend('r', 10)).rejects.toThrow('beyond the limit');
  });
});

describe('a queue', () => {
  it('that is not there, or may not be used, says what to do', async () => {
    const { queue } = await queueThatMeets(
      refused('QueueDoesNotExist'),
      refused('AccessDeniedException', 'no', 403),
    );
    await expect(queue.receive(now)).rejects.toMatchObject({ code: 'queue-missing' });
    await expect(queue.send('a')).rejects.toMatchObject({ code: 'access-denied' });
  });
});
