import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { endpointOf } from '#shared/adapters/aws/client-settings.ts';

const repository = resolve(import.meta.dirname, '../../../..');

/** Says how many modules of the SDK are loaded after each step. */
const COUNT = `
  import { registerHooks } from 'node:module';
  let loaded = 0;
  registerHooks({
    load(url, context, next) {
      if (url.includes('@aws-sdk')) loaded++;
      return next(url, context);
    },
  });
  const { openAwsWorkspace } = await import('#shared/adapters/aws/open-aws-workspace.ts');
  const before = loaded;
  const { close } = await openAwsWorkspace({ bucket: 'a', queueUrls: { plan: { url: 'b' } }, region: 'us-east-1' });
  close();
  process.stdout.write(JSON.stringify([before, loaded > 0]));
`;

describe('openAwsWorkspace', () => {
  it('loads the SDK when it is called and not when it is imported', async () => {
    const args = ['--input-type=module', '-e', COUNT];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: repository });
    expect(JSON.parse(stdout)).toEqual([0, true]);
  });
});

describe('the endpoint of a service', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is what the caller names, else its own variable, else the one of all services', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://all');
    vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://s3');
    expect(endpointOf('S3', { endpoint: 'http://named' })).toBe('http://named');
    expect(endpointOf('S3', {})).toBe('http://s3');
    vi.stubEnv('AWS_ENDPOINT_URL_S3', '');
    expect(endpointOf('S3', {})).toBe('http://all');
    expect(endpointOf('SQS', {})).toBe('http://all');
    vi.stubEnv('AWS_ENDPOINT_URL', '');
    expect(endpointOf('SQS', {})).toBeUndefined();
  });
});
