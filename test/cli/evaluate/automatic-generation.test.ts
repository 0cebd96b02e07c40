import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { automaticGeneration, generationHere } from '#cli/evaluate/automatic-generation.ts';
import { ONNX } from '#cli/evaluate/choose-generator.ts';
import type { Machine } from '#cli/machine/machine.ts';
import { Progress } from '#cli/terminal/progress.ts';
import { openWorkspace, type Workspace } from '#shared/adapters/local/workspace.ts';
import { put } from '#shared/storage/put.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { record } from '#shared/storage/records.ts';
import { machineWith } from '../machine/machines.ts';
import { type shapes, writeShapes } from '../plan/shapes.ts';

const vllm = { program: '/opt/vllm/bin/vllm', version: '0.32.0' };
const LARGE = 1.5e9;

describe('automaticGeneration', () => {
  it('is vLLM with its version and precision on a GPU', () => {
    const machine = machineWith(1, 80, { vllm });
    const { generation } = automaticGeneration(machine, { parameters: LARGE, precision: 'bf16' }, {});
    const generator = { kind: 'endpoint', name: 'vllm', version: 'vllm/0.32.0 bf16' };
    expect(generation).toEqual({ generator, precision: 'bf16' });
  });

  it('is a server of that name which the user lists', () => {
    const ONESHOT_ENDPOINTS = JSON.stringify({ vllm: { url: 'http://127.0.0.1:1', version: 'mine' } });
    const model = { parameters: LARGE, precision: 'fp32' } as const;
    const { generation } = automaticGeneration(machineWith(1, 80, { vllm }), model, { ONESHOT_ENDPOINTS });
    expect(generation.generator).toMatchObject({ version: 'mine' });
  });

  it.each([
    ['no GPU is here', machineWith(0, 80, { vllm }), LARGE, false],
    ['no vLLM is found', machineWith(1), LARGE, true],
    [
      'the vLLM that is found computes on CPUs',
      machineWith(1, 80, { vllm: { ...vllm, version: '0.32.0+cpu' } }),
      LARGE,
      true,
    ],
    ["the model's weights in fp32 do not fit that GPU", machineWith(1, 24, { vllm }), 7.6e9, true],
    ['the model is too small to gain from a GPU', machineWith(1, 80, { vllm }), 465_280, false],
  ] as const)('is the decoder where %s', (reason, machine, parameters, isAdvised) => {
    const settled = automaticGeneration(machine, { parameters, precision: 'fp32' }, {});
    expect(settled.generation).toEqual(ONNX);
    expect(settled.reason).toBe(reason);
    expect(settled.advice !== undefined).toBe(isAdvised);
  });
});

describe('generationHere', () => {
  let folder: string;
  let workspace: Workspace;
  let model: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-generation-'));
    await writeShapes(folder);
    workspace = openWorkspace(join(folder, 'home'));
    model = await storeShape('1.5B');
  });
  afterAll(async () => {
    workspace.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A model of which config.json alone is there. */
  async function storeShape(size: keyof typeof shapes): Promise<string> {
    const bytes = await readFile(join(folder, size, 'config.json'));
    const digest = 'q'.repeat(26);
    const sha256 = await putBlob(workspace.store, bytes);
    await put(workspace.store, record.model(digest), {
      files: { 'config.json': { sha256, sizeBytes: bytes.length } },
    });
    return digest;
  }

  async function settle(machine: Machine, remote = false) {
    const file = join(folder, 'machine.json');
    await writeFile(file, JSON.stringify(machine));
    const said: string[] = [];
    const out = { write: (text: string) => said.push(text) } as unknown as NodeJS.WriteStream; // all that is used of it
    const place = { store: workspace.store, remote };
    const generation = await generationHere(model, place, new Progress(out, false), {
      ONESHOT_MACHINE: file,
    });
    return { by: generation.generator.kind, said: said.join('') };
  }

  it('asks the machine and says what it makes of a GPU', async () => {
    const served = await settle(machineWith(1, 80, { vllm }));
    expect(served.by).toBe('endpoint');
    expect(served.said).toContain('vLLM makes the completions (vLLM 0.32.0 is found)');
    const idle = await settle(machineWith(1));
    expect(idle.by).toBe('onnx');
    expect(idle.said).toContain('"oneshot vllm install" brings one for the GPU');
  });

  it('says nothing where there is none, or a deployment does it', async () => {
    expect(await settle(machineWith(0, 80, { vllm }))).toEqual({ by: 'onnx', said: '' });
    expect(await settle(machineWith(1, 80, { vllm }), true)).toEqual({ by: 'onnx', said: '' });
  });
});
