import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { submitJob } from '#shared/adapters/aws/submit-job.ts';
import { type ScriptedServer, scriptedServer } from './scripted-server.ts';

const job = { run: 'pi1-a', queue: 'arn:queue', definition: 'arn:definition' };
let server: ScriptedServer | undefined;

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => {
  server?.close();
  vi.unstubAllEnvs();
});

describe('submitJob', () => {
  it('names queue, definition and run, and answers with the id of the job', async () => {
    server = await scriptedServer([{ status: 200, body: JSON.stringify({ jobId: 'j-1', jobName: 'x' }) }]);
    expect(await submitJob(job, { region: 'us-east-1', endpoint: server.endpoint })).toBe('j-1');
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: 'POST', path: '/v1/submitjob' });
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      jobName: 'oneshot-pi1-a',
      jobQueue: 'arn:queue',
      jobDefinition: 'arn:definition',
      containerOverrides: { environment: [{ name: 'RUN', value: 'pi1-a' }] },
    });
  });

  it('tells the driver what its user lets it do', async () => {
    server = await scriptedServer([{ status: 200, body: JSON.stringify({ jobId: 'j-1', jobName: 'x' }) }]);
    await submitJob({ ...job, consent: ['INEXACT'] }, { region: 'us-east-1', endpoint: server.endpoint });
    expect(JSON.parse(server.asked[0]?.body ?? '').containerOverrides.environment).toEqual([
      { name: 'RUN', value: 'pi1-a' },
      { name: 'INEXACT', value: 'true' },
    ]);
  });

  it('says what to do when AWS refuses', async () => {
    const headers = { 'x-amzn-errortype': 'AccessDeniedException' };
    server = await scriptedServer([{ status: 403, headers, body: '{"message":"no"}' }]);
    const submitted = submitJob(job, { region: 'us-east-1', endpoint: server.endpoint });
    await expect(submitted).rejects.toMatchObject({ name: 'KnownError', code: 'access-denied' });
  });
});
