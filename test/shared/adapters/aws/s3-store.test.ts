import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { S3Store } from '#shared/adapters/aws/s3-store.ts';
import {
  HASTY,
  type Reply,
  refusal,
  type ScriptedServer,
  scriptedS3,
  scriptedServer,
} from './scripted-server.ts';

const BODY = Buffer.from('0123456789');
const created: Reply = { status: 200 };
const taken = refusal(412, 'PreconditionFailed');

let server: ScriptedServer | undefined;
afterEach(() => server?.close());

async function storeThatMeets(...replies: Reply[]) {
  server = await scriptedServer(replies);
  const store = new S3Store({ client: scriptedS3(server), bucket: 'results', retries: HASTY });
  return { store, asked: server.asked };
}

describe('a put', () => {
  it('is one conditional request with a checksum', async () => {
    const { store, asked } = await storeThatMeets(created);
    expect(await store.putOnce('runs/a b', BODY)).toBe('created');
    expect(asked).toMatchObject([
      {
        method: 'PUT',
        path: expect.stringMatching(/^\/results\/runs\/a%20b/),
        headers: {
          'if-none-match': '*',
          'x-amz-checksum-sha256': createHash('sha256').update(BODY).digest('base64'),
          'x-amz-meta-writer': expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      },
    ]);
  });

  it('needs no second look where the key was taken from the start', async () => {
    const { store, asked } = await storeThatMeets(taken);
    expect(await store.putOnce('a', BODY)).toBe('exists');
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['a server that is busy', refusal(503, 'SlowDown')],
    ['an internal error', refusal(500, 'InternalError')],
    ['a gateway that knows no S3', { status: 502, body: '<html>' }],
    ['a conditional request at the same time', refusal(409, 'ConditionalRequestConflict')],
    ['a request that came too slowly', refusal(400, 'RequestTimeout')],
    ['a broken connection', 'reset'],
  ] as const)('is sent again after %s', async (_, reply) => {
    const { store, asked } = await storeThatMeets(reply, reply, created);
    expect(await store.putOnce('a', BODY)).toBe('created');
    expect(new Set(asked.map(({ headers }) => headers['x-amz-meta-writer'])).size).toBe(1);
    expect(asked).toHaveLength(3);
  });

  it('that is sent again and finds the key taken looks at whose object it is', async () => {
    const { store, asked } = await storeThatMeets('reset', taken, {
      status: 200,
      headers: { 'x-amz-meta-writer': 'somebody else' },
    });
    expect(await store.putOnce('a', BODY)).toBe('exists');
    expect(asked.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'HEAD']);
  });

  it.each([
    ['that is gone again', { status: 404 }],
    ['that it may not look at', { status: 403 }],
  ])('that is sent again claims no object %s', async (_, reply) => {
    const { store } = await storeThatMeets('reset', taken, reply);
    expect(await store.putOnce('a', BODY)).toBe('exists');
  });
});

describe('a body', () => {
  const whole: Reply = { status: 200, body: `${BODY}` };
  const cut: Reply = { ...whole, isCut: true };

  it('that breaks off is read again', async () => {
    const { store, asked } = await storeThatMeets(cut, cut, whole);
    expect(await store.get('a')).toEqual(new Uint8Array(BODY));
    expect(asked).toHaveLength(3);
  });

  it('goes on in a stream where it broke off', async () => {
    const { store, asked } = await storeThatMeets(cut, 'reset', { status: 206, body: '56789' });
    const pieces: Uint8Array[] = [];
    for await (const piece of store.stream('a')) pieces.push(piece);
    expect(Buffer.concat(pieces)).toEqual(BODY);
    expect(asked.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=5-', 'bytes=5-']);
  });

  it('that breaks off again and again ends in advice', async () => {
    const { store, asked } = await storeThatMeets(cut);
    await expect(store.get('a')).rejects.toMatchObject({ code: 'endpoint-unreachable' });
    expect(asked).toHaveLength(HASTY.attempts);
  });
});
