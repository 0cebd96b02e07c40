import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerable } from '#functions/generate/ask-or-reason.ts';
import {
  type ConnectedModelServer,
  connectModelServer,
} from '#functions/generate/model-server/connect-model-server.ts';
import { freePort } from '#shared/adapters/http/free-port.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { Completion } from '#shared/records/evaluations.ts';
import { ampleTurn, unheardLoad } from '../ample-turn.ts';
import { listen } from './listen.ts';
import { ENDPOINT, MicroModels, type MicroShard } from './micro-models.ts';
import { scriptedProgram } from './scripted-program.ts';
import { completionAnswer, type Script, ScriptedVllm, weightsOf } from './scripted-vllm.ts';

let models: MicroModels;
let shard: MicroShard;
let other: MicroShard;
let faults: string;
let log: LogEntry[];
let connected: ConnectedModelServer | undefined;
let scripted: ScriptedVllm | undefined;

beforeAll(async () => {
  models = await MicroModels.create();
  const asked = { benchmark: 'micro-math500', problems: 8 };
  shard = await models.shard(models.first, asked);
  other = await models.shard(models.second, asked);
});
afterAll(() => models.remove());

beforeEach(async () => {
  faults = await mkdtemp(join(tmpdir(), 'model-server-'));
  log = [];
});
afterEach(async () => {
  await connected?.stop();
  scripted?.server.close();
  scripted?.server.closeAllConnections();
  [connected, scripted] = [undefined, undefined];
  await rm(faults, { recursive: true, force: true });
});

describe('a model server that runs elsewhere', () => {
  it('loads the model of each shard, and its completions are verified', async () => {
    await connectTo({});
    const first = await generate(shard);
    expect(scripted?.version).toBe(models.first);
    const second = await generate(other);
    expect(scripted?.version).toBe(models.second);
    expect(scripted?.weights).toBe(await weightsOf(await models.fetchModel(models.second)));
    expect(second).not.toEqual(first);
    expect(await generate(shard)).toEqual(first);
  });

  it('loads nothing that it holds already', async () => {
    await connectTo({});
    await generate(shard);
    await generate(shard);
    expect(scripted?.paths.filter((path) => path === '/update_weights')).toHaveLength(1);
  });

  it('is not used where it holds another model after loading than it was told', async () => {
    await connectTo({ deaf: true });
    await expect(generate(shard)).rejects.toMatchObject({ code: 'policy-changed' });
    expect(scripted?.paths).not.toContain('/v1/completions');
  });

  it('loses a shard during which its weights are replaced', async () => {
    const swap = async (count: number, server: ScriptedVllm) => {
      if (count === 3) server.version = 'somebody-else';
    };
    await connectTo({ onCompletion: swap });
    await expect(generate(shard)).rejects.toMatchObject({ code: 'policy-changed' });
  });

  it('never passes half-loaded weights for those before', async () => {
    await connectTo({ answers: { '/update_weights': { status: 500, body: 'wrong shape' } } });
    if (scripted) scripted.version = models.second;
    await expect(generate(shard)).rejects.toMatchObject({ code: 'model-server-refused' });
    expect(scripted?.version).toBe('unknown');
    expect(scripted?.paths.at(-1)).toBe('/resume');
    expect(scripted?.paths).not.toContain('/finish_weight_update');
  });

  it.each([
    ['no JSON', 'Internal page'],
    ['another form', '{"version":1}'],
  ])('is refused where it answers with %s', async (_, body) => {
    await connectTo({ answers: { '/weight_info': { status: 200, body } } });
    await expect(generate(shard)).rejects.toMatchObject({ code: 'model-server-answer-invalid' });
  });

  it('is refused where its completions have another form', async () => {
    await connectTo({ onCompletion: async () => ({ choices: [] }) });
    await expect(generate(shard)).rejects.toMatchObject({ code: 'endpoint-answer-invalid' });
  });

  it('is lost where it does not answer', async () => {
    await connectTo({});
    scripted?.server.close();
    scripted?.server.closeAllConnections();
    await expect(generate(shard)).rejects.toMatchObject({ code: 'model-server-lost' });
  });

  it('is given up during a shard once its health is unanswered three times', async () => {
    const stuck = async (_: number, { server }: ScriptedVllm) => {
      server.close(); // no new connections; those there are stay open
      await new Promise(() => undefined);
    };
    await connectTo({ onCompletion: stuck });
    await expect(generate(shard)).rejects.toMatchObject({ code: 'model-server-lost' });
  });

  it('asks again for a completion that the server aborted', async () => {
    const abort = async (count: number) =>
      count === 2
        ? { choices: [{ text: '', finish_reason: 'abort' }], usage: { completion_tokens: 0 } }
        : completionAnswer([60, 1]);
    await connectTo({ onCompletion: abort });
    expect(await generate(shard)).toHaveLength(8);
  });

  it('sleeps between two shards where the GPU is shared, and wakes for the next', async () => {
    await connectTo({}, { MODEL_SERVER_GPU_LOCK: `test-${process.pid}` });
    await generate(shard);
    expect(scripted?.asleep).toBe(true);
    await generate(shard);
    expect(scripted?.paths.filter((path) => path === '/wake_up')).toHaveLength(1);
  });
});

describe('a model server that the manager starts', () => {
  it('starts slowly, serves, and takes weights without a new start', async () => {
    await fault('start-ms', '1500');
    await manage();
    const first = await generate(shard);
    expect(await generate(other)).not.toEqual(first);
    expect(events('model-server-starting')).toHaveLength(1);
    expect(Number(events('model-server-ready')[0]?.['seconds'])).toBeGreaterThan(1);
  });

  it('is ended where it starts too slowly', async () => {
    await fault('start-ms', '60000');
    await manage({ MODEL_SERVER_START_SECONDS: '1' });
    await expect(generate(shard)).rejects.toMatchObject({ code: 'model-server-slow' });
  });

  it('is reported with its log where it ends while starting', async () => {
    await fault('fail-to-start', 'yes');
    await manage();
    await expect(generate(shard)).rejects.toMatchObject({
      code: 'model-server-failed',
      message: expect.stringContaining('code 3'),
    });
  });

  it('is reported where there is no such program', async () => {
    await manage({ MODEL_SERVER_COMMAND: join(faults, 'no-such-program') });
    await expect(generate(shard)).rejects.toMatchObject({ code: 'model-server-failed' });
  });

  it('is started anew when it dies during a shard, whose completions are the same', async () => {
    await manage();
    const first = await generate(shard);
    await connected?.stop();
    await fault('die-once-at', '4');
    expect(await generate(shard)).toEqual(first);
    expect(events('model-server-lost')).toHaveLength(1);
  });

  it('is given up when it dies again and again', async () => {
    await fault('die-at', '4');
    await manage();
    await expect(generate(shard)).rejects.toMatchObject({
      code: expect.stringMatching(/endpoint-unreachable|model-server-lost/),
    });
    expect(events('model-server-starting')).toHaveLength(3);
  });

  it('does not start where another server has its address', async () => {
    const squatter = new ScriptedVllm('');
    const url = await listen(squatter.server);
    await manage({}, url);
    await expect(generate(shard)).rejects.toMatchObject({ code: 'model-server-port-taken' });
    squatter.server.close();
    squatter.server.closeAllConnections();
  });
});

describe('connectModelServer', () => {
  it('manages nothing unless it is told to', () => {
    expect(connectModelServer({}, { fetchModel, log: keep }).endpoints).toEqual({});
  });

  it('manages only servers that the deployment lists', () => {
    expect(() => connectModelServer({ MODEL_SERVER_ENDPOINT: 'x' }, { fetchModel, log: keep })).toThrow(
      expect.objectContaining({ code: 'endpoints-invalid' }),
    );
  });
});

/** Between two looks at the server's health. */
const QUICK = { MODEL_SERVER_HEARTBEAT_SECONDS: '0.2' };
const fetchModel = (digest: string) => models.fetchModel(digest);
const keep = (entry: LogEntry) => void log.push(entry);
const events = (name: string) => log.filter(({ event }) => event === name);
const fault = (name: string, value: string) => writeFile(join(faults, name), value);

async function generate({ request, items, problems }: MicroShard): Promise<readonly Completion[]> {
  const sampler = await connected?.endpoints[ENDPOINT]?.(request.generation, unheardLoad);
  if (!sampler) throw new Error('no manager');
  expect(sampler.policy).toBe('verified');
  const answers = await sampler.complete(items, problems, ampleTurn);
  return answerable<Completion>(answers.filter((answer) => answer !== undefined));
}

async function connectTo(script: Script, env: NodeJS.ProcessEnv = {}): Promise<void> {
  scripted = new ScriptedVllm('', script);
  connect(await listen(scripted.server), { MODEL_SERVER_START_SECONDS: '1', ...env });
}

/** The scripted server as a program of its own. */
async function manage(env: NodeJS.ProcessEnv = {}, url?: string): Promise<void> {
  const program = await scriptedProgram(faults);
  const address = url ?? `http://127.0.0.1:${await freePort()}`;
  connect(address, { MODEL_SERVER_COMMAND: program, MODEL_SERVER_START_SECONDS: '30', ...env });
}

function connect(url: string, env: NodeJS.ProcessEnv): void {
  const endpoints = { [ENDPOINT]: { url, concurrency: 4 } };
  const all = {
    ONESHOT_ENDPOINTS: JSON.stringify(endpoints),
    MODEL_SERVER_ENDPOINT: ENDPOINT,
    ...QUICK,
    ...env,
  };
  connected = connectModelServer(all, { fetchModel, log: keep });
}
