import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Placement } from '#cli/vllm/place-servers.ts';
import { type Servers, startServers } from '#cli/vllm/start-servers.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { scriptedProgram } from '../../functions/generate/model-server/scripted-program.ts';
import { processesWith } from '../../processes-with.ts';

const folder = resolve('trainer/microcosm/bases/habit-70-35');

describe('startServers', () => {
  let faults: string;
  let program: string;
  let servers: Servers | undefined;
  let onDeath: (entry: LogEntry) => void;
  let shares: Placement['shares'];

  beforeEach(async () => {
    faults = await mkdtemp(join(tmpdir(), 'oneshot-start-servers-'));
    program = await scriptedProgram(faults);
    [servers, onDeath, shares] = [undefined, () => undefined, 'nothing'];
  });
  afterEach(async () => {
    await servers?.stop();
    await rm(faults, { recursive: true, force: true });
  });

  it('starts each on a port of its own, and says to driver and runner where they are', async () => {
    servers = await start(2);
    const { driverEnv, runnerEnv } = servers;
    const urls = String(driverEnv['ONESHOT_SAMPLER_URL']).split(',');
    expect(new Set(urls).size).toBe(2);
    for (const url of urls) expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(JSON.parse(String(runnerEnv['ONESHOT_ENDPOINTS']))).toEqual({
      vllm: {
        url: urls[0],
        version: 'vllm/0.32.0+cpu fp32',
        apiKeyVariable: 'ONESHOT_SAMPLER_KEY',
        concurrency: 256,
      },
    });
    expect(runnerEnv['MODEL_SERVER_GPU_LOCK']).toBe(driverEnv['ONESHOT_SERVER_LOCK']);
    expect(processes()).toHaveLength(2);
    await servers.stop();
    expect(processes()).toEqual([]);
  });

  it.each([
    ['nothing', 'requests', 'false'],
    ['cores', 'steps', 'false'],
    ['gpu', 'steps', 'true'],
  ] as const)('that share %s with the engine: turns of %s, sleep %s', async (shared, turns, sleeps) => {
    shares = shared;
    servers = await start(1);
    const { driverEnv, runnerEnv } = servers;
    expect(driverEnv).toMatchObject({ ONESHOT_SERVER_TURNS: turns, ONESHOT_SERVER_SLEEPS: sleeps });
    expect(runnerEnv['MODEL_SERVER_SLEEPS']).toBe(sleeps);
  });

  it('gives them a key that only their environment and that of their users holds', async () => {
    servers = await start(1);
    const [pid] = processes();
    const key = String(servers.driverEnv['ONESHOT_SAMPLER_KEY']);
    expect(key.length).toBeGreaterThan(30);
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toContain(`VLLM_API_KEY=${key}\0`);
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(key);
  });

  it('starts one again that dies, at the same address', async () => {
    const died = new Promise<LogEntry>((resolve) => {
      onDeath = resolve;
    });
    servers = await start(1);
    const [pid] = processes();
    process.kill(pid as number, 'SIGKILL');
    expect(await died).toMatchObject({ event: 'model-server-died', deaths: 1 });
    await expect.poll(() => isHealthy(servers), { timeout: 60_000 }).toBe(true);
    expect(processes()).not.toContain(pid);
  });

  it('knows one by its key, whatever its weights have been named by who waited for it', async () => {
    await writeFile(join(faults, 'named'), 'weights of a driver');
    servers = await start(1);
    expect(await isHealthy(servers)).toBe(true);
  });

  it('does not take a server that lets everybody in for its own', async () => {
    await writeFile(join(faults, 'open'), 'yes');
    await expect(start(1)).rejects.toMatchObject({ code: 'model-server-port-taken' });
    expect(processes()).toEqual([]);
  });

  it('is told why one does not start, and leaves none of the others', async () => {
    await writeFile(join(faults, 'fail-to-start'), 'yes');
    await expect(start(2)).rejects.toMatchObject({
      code: 'model-server-failed',
      message: expect.stringContaining('ended with code 3'),
    });
    expect(processes()).toEqual([]);
  });

  it('gives up one that is never ready', async () => {
    await writeFile(join(faults, 'start-ms'), '600000');
    const env = { MODEL_SERVER_START_SECONDS: '1' };
    await expect(start(1, env)).rejects.toMatchObject({
      code: 'model-server-slow',
      message: expect.stringMatching(/not ready after 1 s.*MODEL_SERVER_START_SECONDS/),
    });
    expect(processes()).toEqual([]);
  });

  it.each(['no', '{}', '[1]'])('refuses arguments that are no list of words: %s', async (text) => {
    await expect(start(1, { MODEL_SERVER_ARGS: text })).rejects.toMatchObject({ code: 'setting-invalid' });
  });

  function start(count: number, env: NodeJS.ProcessEnv = {}): Promise<Servers> {
    const gpus = Array.from({ length: count }, () => undefined);
    const vllm = { program, version: '0.32.0+cpu' };
    const onProblem = (entry: LogEntry) => onDeath(entry);
    const ask = { vllm, folder, precision: 'fp32', placement: { gpus, shares }, onProblem } as const;
    return startServers(ask, env);
  }

  /** Those of the scripted server that this test has started. */
  const processes = () => processesWith('SCRIPTED_FAULTS', faults);
});

async function isHealthy(servers: Servers | undefined): Promise<boolean> {
  const answer = await fetch(`${servers?.driverEnv['ONESHOT_SAMPLER_URL']}/health`).catch(() => undefined);
  return answer?.status === 200;
}
