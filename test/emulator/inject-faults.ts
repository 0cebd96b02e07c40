import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';

/** What goes wrong on the way to S3 and back. */
export const FAULTS = ['busy', 'conflict', 'lost-request', 'lost-answer', 'reset', 'torn-body'] as const;
export type Fault = (typeof FAULTS)[number];

/** The part of an HTTP answer that faults change. */
interface Answer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Readable | undefined;
}

/**
 * Lets requests of a client go wrong, below everything that the SDK does with them.
 *
 * @param pick - the fault of the next request of this command, if there is to be one
 */
export function injectFaults(client: S3Client, pick: (command: string) => Fault | undefined): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const fault = pick(commandName);
        const answered = (answer: Answer) => ({ response: answer, output: { $metadata: {} } });
        switch (fault) {
          case undefined:
            return next(args);
          case 'busy':
            return answered(refusal(503, 'SlowDown')) as never;
          case 'conflict':
            return answered(refusal(409, 'ConditionalRequestConflict')) as never;
          case 'lost-request':
            throw timedOut();
          case 'lost-answer':
            dropBody(await next(args));
            throw timedOut();
          case 'reset':
            dropBody(await next(args));
            throw reset();
          case 'torn-body': {
            const result = await next(args);
            return { ...result, response: torn(result.response as Answer) } as never;
          }
          default:
            return fault satisfies never;
        }
      },
    { step: 'deserialize', priority: 'low', name: 'injectFaults' },
  );
}

function refusal(statusCode: number, code: string): Answer {
  const body = Readable.from([Buffer.from(`<Error><Code>${code}</Code><Message>injected</Message></Error>`)]);
  return { statusCode, headers: { 'content-type': 'application/xml' }, body };
}

/** The answer with a body that breaks off after half of its first piece. */
function torn(answer: Answer): Answer {
  const { body } = answer;
  if (!body) return answer;
  const half = async function* () {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      yield chunk.subarray(0, chunk.length / 2);
      throw reset();
    }
  };
  return { ...answer, body: Readable.from(half(), { objectMode: false }) };
}

/** Lets go of the connection, as the client does with one that has timed out. */
function dropBody({ response }: { readonly response: unknown }): void {
  (response as Answer).body?.destroy();
}

function timedOut(): Error {
  return Object.assign(new Error('injected: the request timed out'), { name: 'TimeoutError' });
}

function reset(): Error {
  return Object.assign(new Error('injected: the connection was reset'), { code: 'ECONNRESET' });
}
