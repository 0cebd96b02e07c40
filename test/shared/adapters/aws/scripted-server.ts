import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '#shared/adapters/aws/client-settings.ts';
import { RETRY_POLICY } from '#shared/adapters/aws/retry-policy.ts';

/** One answer: what HTTP can say, or a connection that breaks, at once or after half of the body. */
export type Reply =
  | 'reset'
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly isCut?: boolean;
    };

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** The service at the other end of a real connection, which says what a test has written down for it. */
export interface ScriptedServer {
  readonly endpoint: string;
  /** Every request so far. */
  readonly asked: readonly Asked[];
  close(): void;
}

/** @param replies - one for each request, in turn; the last one goes on */
export async function scriptedServer(replies: readonly Reply[]): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ method, path: url, headers, body });
    answer(response, replies[Math.min(asked.length, replies.length) - 1] ?? 'reset');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { endpoint: `http://127.0.0.1:${port}`, asked, close };
}

function answer(response: ServerResponse, reply: Reply): void {
  if (reply === 'reset') {
    response.destroy();
    return;
  }
  const { status, headers = {}, body = '', isCut = false } = reply;
  response.writeHead(status, { 'content-length': `${Buffer.byteLength(body)}`, ...headers });
  if (!isCut) response.end(body);
  else response.write(body.slice(0, body.length / 2), () => response.destroy());
}

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

export function scriptedS3({ endpoint }: Pick<ScriptedServer, 'endpoint'>): S3Client {
  const settings = clientSettings({ endpoint, region: 'us-east-1' });
  return new S3Client({ ...settings, credentials, forcePathStyle: true });
}

export function scriptedSqs({ endpoint }: Pick<ScriptedServer, 'endpoint'>): SQSClient {
  const settings = clientSettings({ endpoint, region: 'us-east-1' });
  return new SQSClient({ ...settings, credentials, useQueueUrlAsEndpoint: false });
}

/** Retries as usual, except that no time passes. */
export const HASTY = { ...RETRY_POLICY, sleep: async () => undefined };

/** What S3 answers to a request that it refuses. */
export function refusal(status: number, code: string): Reply {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>as scripted</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}
