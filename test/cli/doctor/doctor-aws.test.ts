import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneshot } from '../../e2e/oneshot.ts';

const url = (name: string) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`;
const outputs = {
  OneshotEvaluation: {
    BucketName: 'oneshot-test',
    Region: 'eu-west-1',
    ApiId: 'abc',
    ApiUrl: 'http://127.0.0.1:1',
    ...Object.fromEntries(
      ['Plan', 'Generate', 'Verify'].flatMap((name) => [
        [`${name}QueueUrl`, url(name)],
        [`${name}DeadLettersUrl`, url(`${name}Dead`)],
      ]),
    ),
  },
};

describe('oneshot doctor --aws', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-doctor-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('says what to do about a file that describes no deployment', async () => {
    const { code, lines } = await oneshot(['doctor', '--aws', join(folder, 'none.json'), '--json']);
    expect(code).toBe(1);
    expect(lines).toMatchObject([
      { what: 'deployment', level: 'error', detail: expect.stringContaining('--outputs-file') },
    ]);
  });

  it('says for each part whether it answers', async () => {
    const file = join(folder, 'aws.json');
    await writeFile(file, JSON.stringify(outputs));
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    };
    const { code, lines } = await oneshot(['doctor', '--aws', file, '--json'], () => {}, env);
    expect(code).toBe(1);
    const levels = Object.fromEntries(lines.map(({ what, level }) => [what, level]));
    expect(levels).toMatchObject({ deployment: 'ok', target: 'ok', credentials: 'error', api: 'error' });
    expect(lines.find(({ what }) => what === 'credentials')?.['detail']).toContain('[endpoint-unreachable]');
    expect(lines.find(({ what }) => what === 'target')?.['detail']).toContain('emulator');
  });
});
