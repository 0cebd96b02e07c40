import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseGenerator, type GeneratorAsk, needsServer, ONNX } from '#cli/evaluate/choose-generator.ts';

describe('chooseGenerator', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-generator-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is the decoder by its name, and nobody where that is left to the machine', async () => {
    expect(await chooseGenerator({ name: 'onnx', remote: false }, {})).toEqual(ONNX);
    expect(await chooseGenerator({ name: 'auto', remote: false }, {})).toBeUndefined();
    expect(await chooseGenerator({ name: undefined, remote: true }, {})).toBeUndefined();
  });

  it('is the decoder in the precision that is named, also where the rest is left to the machine', async () => {
    const int8 = { ...ONNX, precision: 'int8' };
    expect(await chooseGenerator({ name: 'onnx', precision: 'int8', remote: true }, {})).toEqual(int8);
    expect(await chooseGenerator({ name: undefined, precision: 'int8', remote: false }, {})).toEqual(int8);
    expect(await chooseGenerator({ name: 'auto', precision: 'fp32', remote: false }, {})).toBeUndefined();
  });

  it('is vLLM with its version and precision, which decide what is written', async () => {
    const chosen = await chooseGenerator(
      { name: 'vllm', precision: 'bf16', remote: false },
      await vllm('0.32.0'),
    );
    const generator = { kind: 'endpoint', name: 'vllm', version: 'vllm/0.32.0 bf16' };
    expect(chosen).toEqual({ generator, precision: 'bf16' });
    expect(chosen && needsServer(chosen, {})).toBe(true);
    expect(needsServer(ONNX, {})).toBe(false);
  });

  it('is a server of the list by its name, which wins over the one that would be started', async () => {
    const ONESHOT_ENDPOINTS = JSON.stringify({ vllm: { url: 'http://127.0.0.1:1', version: 'mine' } });
    const chosen = await chooseGenerator({ name: 'vllm', remote: true }, { ONESHOT_ENDPOINTS });
    expect(chosen?.generator).toEqual({ kind: 'endpoint', name: 'vllm', version: 'mine' });
    expect(chosen && needsServer(chosen, { ONESHOT_ENDPOINTS })).toBe(false);
  });

  it.each<[string, GeneratorAsk, string]>([
    ['a name that nobody lists', { name: 'gpu', remote: false }, 'endpoint-unknown'],
    ['a name that objects have', { name: 'constructor', remote: false }, 'endpoint-unknown'],
    ['vLLM in a deployment', { name: 'vllm', remote: true }, 'config-invalid'],
    ['the decoder in bf16', { name: 'onnx', precision: 'bf16', remote: false }, 'precision-unsupported'],
    ['vLLM in int4', { name: 'vllm', precision: 'int4', remote: false }, 'precision-unsupported'],
    ['vLLM that is not installed', { name: 'vllm', remote: false }, 'vllm-missing'],
  ])('refuses %s', async (_, ask, code) => {
    await expect(chooseGenerator(ask, { ONESHOT_CACHE: folder })).rejects.toMatchObject({ code });
  });

  /** An environment in which vLLM of a version is found. */
  async function vllm(version: string): Promise<NodeJS.ProcessEnv> {
    const python = join(folder, 'python3');
    await writeFile(python, `#!/bin/sh\necho ${version}\n`);
    await chmod(python, 0o755);
    await writeFile(join(folder, 'vllm'), `#!${python}\n`);
    return { ONESHOT_VLLM: join(folder, 'vllm') };
  }
});
