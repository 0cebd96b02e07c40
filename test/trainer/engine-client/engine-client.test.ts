import { cp, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sha256OfFile } from '#shared/adapters/local/sha256-of-file.ts';
import { EngineError, SocketEngineClient } from '#trainer/engine-client/engine-client.ts';
import { encodeFrame, type Frame } from '#trainer/engine-client/engine-frames.ts';
import { type EngineProcess, startEngine } from '#trainer/engine-client/engine-process.ts';
import { type Args, type EventHeader, PROTOCOL_VERSION } from '#trainer/engine-client/engine-protocol.ts';
import { ENGINE, TINY_MODEL as model, tinyCreate } from '../tiny-engine.ts';

const { python, engineFolder } = ENGINE;
const create = tinyCreate({ reference: model });
const sampling: Args<'sample'> = {
  samples: 2,
  temperature: 0.6,
  topP: 1,
  maxTokens: 5,
  stop: [0],
  seed: 1,
  step: 1,
};
const loss: Args<'forward_backward'>['loss'] = {
  policyCoefficient: 1,
  clipLow: 0.2,
  clipHigh: 0.2,
  klCoefficient: 0.001,
  klKind: 'k3',
  klClamp: 10,
  entropyCoefficient: 0.001,
  ratio: 'token',
};
const prompts = {
  tokens: Int32Array.of(1, 2, 3, 4),
  lengths: Int32Array.of(3, 1),
  rows: Int32Array.of(0, 1),
};
const sequence = {
  tokens: Int32Array.of(1, 2, 3, 4, 5),
  lengths: Int32Array.of(5),
  promptLengths: Int32Array.of(2),
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-test-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('an engine process', () => {
  const events: EventHeader[] = [];
  let engine: EngineProcess;

  beforeAll(async () => {
    engine = await startEngine({ python, engineFolder, onEvent: (event) => events.push(event) });
  });

  afterAll(() => engine.stop());

  it('says on what it computes', () => {
    expect(engine.host).toMatchObject({
      protocolVersion: PROTOCOL_VERSION,
      torch: expect.stringMatching(/^2\./),
    });
    expect(engine.pid).toBeGreaterThan(0);
  });

  it('refuses what needs a model before there is one', async () => {
    const refusal = engine.client.call('sample', sampling, prompts);
    await expect(refusal).rejects.toBeInstanceOf(EngineError);
    await expect(refusal).rejects.toMatchObject({ code: 'engine-not-created' });
  });

  it('answers every verb of a training step', async () => {
    const { client } = engine;
    await client.call('create', create);

    const { tokens, lengths, stopped } = (await client.call('sample', sampling, prompts)).tensors;
    expect(lengths).toHaveLength(4);
    expect(tokens).toHaveLength(lengths.reduce((sum, length) => sum + length, 0));
    expect(stopped).toHaveLength(4);

    const reference = await client.call('forward', { slot: 'reference', temperature: 0.6 }, sequence);
    const referenceLogprobs = reference.tensors.logprobs;
    const step = await client.call(
      'forward_backward',
      { temperature: 0.6, loss },
      {
        ...sequence,
        weights: Float32Array.of(0.5, 0.25, 0.25),
        advantages: Float32Array.of(1, 1, -1),
        referenceLogprobs,
      },
    );
    expect(step.tensors.logprobs).toEqual(referenceLogprobs);
    expect(step.tensors.pg).toEqual(Float32Array.of(-1, -1, 1));
    expect(step.result).toMatchObject({ pg: -0.5, kl: 0 });
    expect(step.result.loss).toBeCloseTo(-0.5 - 0.001 * step.result.entropy, 12);

    const { result } = await client.call('optim_step', { slot: 'policy', learningRate: 1e-3, clipNorm: 1 });
    expect(result.gradNorm).toBeGreaterThan(0);
    const { peakBytes } = (await client.call('status', {})).result;
    expect(peakBytes['engine']).toBeGreaterThan(1e7);
  });

  it('goes on from a checkpoint on disk', async () => {
    const { client } = engine;
    const [exported, state] = [join(folder, 'model'), join(folder, 'state')];
    await Promise.all([mkdir(exported), mkdir(state)]);
    const before = await client.call('forward', { slot: 'policy', temperature: 1 }, sequence);
    const { result } = await client.call('save_state', { model: exported, directory: state });
    expect((await client.call('export_hf', { directory: exported })).result.files).toEqual(result.model);
    for (const [directory, files] of [
      [exported, result.model],
      [state, result.directory],
    ] as const) {
      expect(Object.keys(files).sort()).toEqual((await readdir(directory)).sort());
      for (const [name, { sha256, sizeBytes }] of Object.entries(files)) {
        expect(await sha256OfFile(join(directory, name))).toBe(sha256);
        expect((await stat(join(directory, name))).size).toBe(sizeBytes);
      }
    }
    await client.call('create', create);
    await client.call('load_state', { model: exported, directory: state });
    const after = await client.call('forward', { slot: 'policy', temperature: 1 }, sequence);
    expect(after.tensors).toEqual(before.tensors);
  });

  it('names a model folder that it cannot load', async () => {
    const broken = join(folder, 'broken');
    await cp(model, broken, { recursive: true });
    await writeFile(join(broken, 'model.safetensors'), 'not weights');
    await expect(engine.client.call('create', { ...create, model: broken })).rejects.toMatchObject({
      code: 'engine-model-invalid',
      message: expect.stringContaining(broken),
    });
  });

  it('counts on after a failure', async () => {
    const weights = Float32Array.of(1, 1, 1);
    const tensors = { ...sequence, weights, referenceLogprobs: weights };
    const broken = { ...tensors, advantages: Float32Array.of(1, Number.NaN, 1) };
    await expect(
      engine.client.call('forward_backward', { temperature: 1, loss }, broken),
    ).rejects.toMatchObject({ code: 'engine-nonfinite' });
    const answer = engine.client.call(
      'forward_backward',
      { temperature: 1, loss },
      { ...tensors, advantages: weights },
    );
    expect((await answer).result.pg).toBe(-3);
  });

  it('sends heartbeats', async () => {
    while (!events.some(({ event }) => event === 'heartbeat')) await sleep(50);
  });

  it('that is killed rejects what waits and what comes', async () => {
    const long = { ...sampling, samples: 4096, maxTokens: 500, stop: [] };
    const prompt = { tokens: Int32Array.of(1), lengths: Int32Array.of(1), rows: Int32Array.of(0) };
    events.length = 0;
    const waiting = engine.client.call('sample', long, prompt);
    const lost = expect(waiting).rejects.toMatchObject({ code: 'engine-lost' });
    while (!events.some((event) => event.event === 'progress')) await sleep(20);
    process.kill(engine.pid, 'SIGKILL');
    await lost;
    await expect(engine.client.call('status', {})).rejects.toMatchObject({ code: 'engine-lost' });
  });
});

describe('startEngine', () => {
  it('leaves nothing behind when it stops', async () => {
    const own = await mkdtemp(join(folder, 'tmp-'));
    vi.stubEnv('TMPDIR', own);
    const engine = await startEngine({ python, engineFolder });
    expect(await readdir(own)).toHaveLength(1);
    await engine.stop();
    vi.unstubAllEnvs();
    expect(await readdir(own)).toEqual([]);
    expect(() => process.kill(engine.pid, 0)).toThrow('ESRCH');
  });

  it('says when there is no Python', async () => {
    await expect(startEngine({ python: join(folder, 'python'), engineFolder })).rejects.toMatchObject({
      code: 'python-missing',
      message: expect.stringContaining('bootstrap'),
    });
  });

  it('says when a package is missing', async () => {
    const other = join(folder, 'engine');
    await mkdir(join(other, 'torch'), { recursive: true });
    await writeFile(join(other, 'torch/__init__.py'), 'import torch_of_nobody\n');
    await symlink(join(engineFolder, 'oneshot_engine'), join(other, 'oneshot_engine'));
    await expect(startEngine({ python, engineFolder: other })).rejects.toMatchObject({
      code: 'engine-packages-missing',
      message: expect.stringMatching(/torch_of_nobody.*bootstrap/),
    });
  });

  it('quotes the last words of an engine that ends at once', async () => {
    const other = join(folder, 'defect/oneshot_engine');
    await mkdir(other, { recursive: true });
    await writeFile(join(other, '__main__.py'), "raise SystemExit('out of luck')\n");
    await expect(startEngine({ python, engineFolder: join(folder, 'defect') })).rejects.toMatchObject({
      code: 'engine-lost',
      message: expect.stringContaining('out of luck'),
    });
  });
});

describe('a client', () => {
  it('calls an engine stalled that says nothing', async () => {
    await using peer = await connected(() => {});
    await expect(peer.client({ stallMs: 50 }).call('status', {})).rejects.toMatchObject({
      code: 'engine-stalled',
    });
  });

  it('waits as long as heartbeats come', async () => {
    await using peer = await connected((socket) => {
      const beat = setInterval(() => socket.write(frame({ event: 'heartbeat' })), 20);
      socket.once('close', () => clearInterval(beat));
      setTimeout(() => socket.write(frame({ id: 1, ok: true, result: {} })), 400);
    });
    await expect(peer.client({ stallMs: 200 }).call('shutdown', {})).resolves.toEqual({
      result: {},
      tensors: {},
    });
  });

  it('does not blame the engine when the driver itself was busy', async () => {
    await using peer = await connected((socket) =>
      setTimeout(() => socket.write(frame({ id: 1, ok: true, result: {} })), 150),
    );
    const client = peer.client({ stallMs: 100 });
    const answer = client.call('shutdown', {});
    setTimeout(() => block(300), 50);
    await expect(answer).resolves.toEqual({ result: {}, tensors: {} });
  });

  it('gives the engine its time again after both stood still', async () => {
    await using peer = await connected((socket) =>
      setTimeout(() => socket.write(frame({ id: 1, ok: true, result: {} })), 650),
    );
    const client = peer.client({ stallMs: 300 });
    const answer = client.call('shutdown', {});
    setTimeout(() => block(550), 10); // the peer's timer is due after that, too
    await expect(answer).resolves.toEqual({ result: {}, tensors: {} });
  });

  it('ends on bytes that are no frame', async () => {
    await using peer = await connected((socket) => socket.write(new Uint8Array(64).fill(255)));
    await expect(peer.client({}).call('status', {})).rejects.toMatchObject({
      code: 'engine-lost',
      message: expect.stringContaining('over the limits'),
    });
  });

  it('ends on an answer that nobody asked for', async () => {
    const error = { code: 'BAD_REQUEST', message: 'a frame is malformed', detail: {} };
    await using peer = await connected((socket) => socket.write(frame({ id: 0, ok: false, error })));
    await expect(peer.client({}).call('status', {})).rejects.toMatchObject({
      code: 'engine-lost',
      message: expect.stringContaining('a frame is malformed'),
    });
  });

  it('refuses a result that does not fit its verb', async () => {
    await using peer = await connected((socket) => socket.write(frame({ id: 1, ok: true, result: {} })));
    await expect(peer.client({}).call('status', {})).rejects.toMatchObject({
      name: 'EngineError',
      code: 'engine-internal',
      message: expect.stringContaining('peakBytes'),
      detail: { where: 'result' },
    });
  });

  const floats = Float32Array.of(1);
  it.each([
    ['one that is missing', { logprobs: floats }, 'entropy', /forward.*entropy is missing/],
    ['one of another dtype', { logprobs: Int32Array.of(1), entropy: floats }, 'logprobs', /is not f32/],
    ['one too many', { logprobs: floats, entropy: floats, kl: floats }, 'kl', /there is no tensor kl/],
  ])('refuses tensors that do not fit their verb: %s', async (_, tensors, name, message) => {
    await using peer = await connected((socket) =>
      socket.write(frame({ id: 1, ok: true, result: {} }, tensors)),
    );
    const client = peer.client({});
    await expect(client.call('forward', { slot: 'policy', temperature: 1 }, sequence)).rejects.toMatchObject({
      name: 'EngineError',
      code: 'engine-internal',
      message: expect.stringMatching(message),
      detail: { where: `tensors.${name}` },
    });
  });
});

function frame(header: Record<string, unknown>, tensors: Frame['tensors'] = {}): Uint8Array {
  return Buffer.concat(encodeFrame({ header, tensors }));
}

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** A peer that plays the engine, and the driver's end of the connection. */
async function connected(play: (socket: Socket) => void) {
  const path = join(await mkdtemp(join(folder, 'peer-')), 'socket');
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    play(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const near = connect(path);
  await new Promise<void>((resolve) => near.once('connect', resolve));
  return {
    client: (options: ConstructorParameters<typeof SocketEngineClient>[1]) =>
      new SocketEngineClient(near, options),
    async [Symbol.asyncDispose]() {
      near.destroy();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
