import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { S3Store } from '#shared/adapters/aws/s3-store.ts';
import {
  HASTY,
  type Reply,
  refusal,
  type ScriptedServer,
  scriptedS3,
  scriptedServer,
} from './scripted-server.ts';

let server: ScriptedServer | undefined;
afterEach(() => server?.close());

describe('a refusal of S3', () => {
  it.each<[string, string, string, Reply]>([
    [
      'a bucket that is not there',
      'bucket-missing',
      'outputs of the deployed stack',
      refusal(404, 'NoSuchBucket'),
    ],
    ['a permission that is missing', 'access-denied', 'AWS_PROFILE', refusal(403, 'AccessDenied')],
    ['a key that nobody knows', 'access-denied', 'AWS_PROFILE', refusal(403, 'InvalidAccessKeyId')],
    ['a token that is too old', 'credentials-missing', 'aws sso login', refusal(400, 'ExpiredToken')],
    ['another region', 'region-wrong', 'AWS_REGION', refusal(301, 'PermanentRedirect')],
    [
      'another region to sign for',
      'region-wrong',
      'AWS_REGION',
      refusal(400, 'AuthorizationHeaderMalformed'),
    ],
    ['a service that is down', 'service-unavailable', 'Run again later', refusal(503, 'SlowDown')],
    ['connections that break', 'endpoint-unreachable', 'AWS_ENDPOINT_URL', 'reset'],
  ])('for %s becomes %s and says what to do', async (_, code, advice, reply) => {
    server = await scriptedServer([reply]);
    const store = new S3Store({ client: scriptedS3(server), bucket: 'results', retries: HASTY });
    const expected = {
      name: 'KnownError',
      code,
      message: expect.stringMatching(new RegExp(`bucket results.*${advice}`)),
    };
    await expect(store.putOnce('a', Buffer.from('x'))).rejects.toMatchObject(expected);
    await expect(store.list('')).rejects.toMatchObject(expected);
  });

  it('without a body, as to HEAD, is known by its status', async () => {
    server = await scriptedServer([{ status: 403 }]);
    const store = new S3Store({ client: scriptedS3(server), bucket: 'results', retries: HASTY });
    await expect(store.get('a', { start: 0, end: 0 })).rejects.toMatchObject({ code: 'access-denied' });
  });

  it('that nobody foresaw stays as it is', async () => {
    server = await scriptedServer([refusal(400, 'MalformedXML')]);
    const store = new S3Store({ client: scriptedS3(server), bucket: 'results', retries: HASTY });
    await expect(store.list('')).rejects.toMatchObject({ name: 'MalformedXML' });
  });
});

describe('what keeps a client from asking', () => {
  const place = { region: 'us-east-1', endpoint: 'http://127.0.0.1:9', maxAttempts: 1 };
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const failing = async () => {
    throw Object.assign(new Error('none found'), { name: 'CredentialsProviderError' });
  };

  it.each([
    ['no credentials', 'credentials-missing', { ...place, credentials: failing }],
    ['nobody at the endpoint', 'endpoint-unreachable', { ...place, credentials }],
    [
      'a host that has no address',
      'endpoint-unreachable',
      { ...place, credentials, endpoint: 'http://nowhere.invalid' },
    ],
  ])('such as %s, becomes %s', async (_, code, config) => {
    const client = new S3Client({ ...config, forcePathStyle: true });
    const store = new S3Store({ client, bucket: 'results', retries: HASTY });
    await expect(store.get('a')).rejects.toMatchObject({ name: 'KnownError', code });
  });

  it('such as no region, becomes region-wrong', async () => {
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/dev/null');
    const client = new S3Client({ endpoint: place.endpoint, credentials });
    const store = new S3Store({ client, bucket: 'results', retries: HASTY });
    await expect(store.get('a')).rejects.toMatchObject({ name: 'KnownError', code: 'region-wrong' });
    vi.unstubAllEnvs();
  });
});
