import { describe, expect, it } from 'vitest';
import { findMissing, type Surroundings } from '#cli/doctor/missing.ts';
import { type ModelOutlook, modelOutlook } from '#cli/doctor/model-outlook.ts';
import { renderOutlook } from '#cli/doctor/render-outlook.ts';
import type { Machine } from '#cli/machine/machine.ts';
import { type QwenSize, qwenShapes } from '#cli/plan/qwen-shapes.ts';
import { pi1 } from '#trainer/recipes/pi1.ts';
import { machineWith } from '../machine/machines.ts';

const GIB = 2 ** 30;
const vllm = { program: '/opt/vllm/bin/vllm', version: '0.32.0' };
const torch = { version: '2.13.0', cuda: true };
const laptop = machineWith(0, 80, { cores: 8, memoryBytes: 16 * GIB });
const here: Surroundings = {
  hasEngine: true,
  python: '/venv/bin/python',
  torch: 'torch==2.13.0',
  hasData: true,
  freeBytes: 10_000 * GIB,
};

function outlooksOf(machine: Machine): Record<QwenSize, ModelOutlook> {
  const sizes = Object.entries(qwenShapes).map(([size, shape]) => [
    size,
    modelOutlook(shape, pi1, machine, 1),
  ]);
  return Object.fromEntries(sizes);
}

function text(machine: Machine, surroundings: Partial<Surroundings> = {}): string {
  const outlooks = outlooksOf(machine);
  return renderOutlook(outlooks, findMissing(machine, { ...here, ...surroundings }, outlooks));
}

const trained = (machine: Machine) =>
  Object.entries(outlooksOf(machine)).map(([size, { training }]) => [
    size,
    training?.options.join(' ') ?? null,
  ]);

describe('what a machine can do', () => {
  it('on a laptop without a GPU', () => {
    expect(text(laptop, { hasEngine: false, hasData: false, freeBytes: 50 * GIB })).toMatchInlineSnapshot(`
      "
      Qwen2.5  trains as pi1             memory                 a step takes  is scored by
      0.5B     on 7 CPU threads in fp32  11.8 GiB of 16.0 GiB   not measured  the decoder, on CPU threads
      1.5B     does not fit              26.9 GiB of 16.0 GiB   not measured  the decoder, on CPU threads
      3B       does not fit              51.0 GiB of 16.0 GiB   not measured  the decoder, on CPU threads
      7B       does not fit              121.0 GiB of 16.0 GiB  not measured  nobody: it does not fit

      How long scoring takes was not measured for any of these sizes.
      What fits on CPU threads may take days a step: fewer --prompts, --samples and --max-tokens make it less.

      Settings that make them fit:
        0.5B: --set engine.gradientCheckpointing=true

      Missing, and what brings it:
        engine (nothing can be trained without it):
          oneshot bootstrap
        data (no benchmarks, no training rows):
          oneshot data pull
        memory (1.5B needs 26.9 GiB in one place, where 16.0 GiB are):
          ONESHOT_MACHINE=FILE oneshot train pi1 --model NAME --dry-run
        disk (a run of 0.5B fills up to 314.1 GiB, and 50.0 GiB are free; a larger --checkpoint-every stores less):
          oneshot train pi1 --model NAME --home FOLDER_ON_ANOTHER_DISK
      "
    `);
  });

  it('on one GPU of 24 GB whose torch does not find it', () => {
    const blind = machineWith(1, 24, { torch: { version: '2.13.0+cpu', cuda: false } });
    expect(text(blind)).toMatchInlineSnapshot(`
      "
      Qwen2.5  trains as pi1              memory                  a step takes  is scored by
      0.5B     on 15 CPU threads in fp32  20.9 GiB of 256.0 GiB   not measured  the decoder, on CPU threads
      1.5B     on 15 CPU threads in fp32  52.0 GiB of 256.0 GiB   not measured  the decoder, on CPU threads
      3B       on 15 CPU threads in fp32  93.9 GiB of 256.0 GiB   not measured  the decoder, on CPU threads
      7B       on 15 CPU threads in fp32  191.3 GiB of 256.0 GiB  not measured  the decoder, on CPU threads

      How long scoring takes was not measured for any of these sizes.
      What fits on CPU threads may take days a step: fewer --prompts, --samples and --max-tokens make it less.

      Missing, and what brings it:
        torch for CUDA (torch 2.13.0+cpu finds no GPU):
          /venv/bin/python -m pip install --force-reinstall torch==2.13.0 --index-url https://download.pytorch.org/whl/cu130
        vLLM (no vLLM is found):
          oneshot vllm install
      "
    `);
  });

  it('on one GPU of 24 GB', () => {
    expect(text(machineWith(1, 24, { torch, vllm }))).toMatchInlineSnapshot(`
      "
      Qwen2.5  trains as pi1                     memory                 a step takes  is scored by
      0.5B     on the GPU in fp32, vLLM samples  19.2 GiB of 24.0 GiB   not measured  vLLM on the GPU
      1.5B     does not fit                      31.5 GiB of 24.0 GiB   not measured  vLLM on the GPU
      3B       does not fit                      54.9 GiB of 24.0 GiB   not measured  vLLM on the GPU
      7B       does not fit                      129.9 GiB of 24.0 GiB  not measured  the decoder, on CPU threads

      How long scoring takes was not measured for any of these sizes.

      Settings that make them fit:
        0.5B: --set engine.gradientCheckpointing=true

      Missing, and what brings it:
        memory (1.5B needs 31.5 GiB in one place, where 24.0 GiB are):
          ONESHOT_MACHINE=FILE oneshot train pi1 --model NAME --dry-run
      "
    `);
  });

  it('on one GPU of 80 GB', () => {
    expect(text(machineWith(1, 80, { torch }))).toMatchInlineSnapshot(`
      "
      Qwen2.5  trains as pi1       memory                 a step takes  is scored by
      0.5B     on the GPU in fp32  31.5 GiB of 79.6 GiB   not measured  the decoder, on CPU threads
      1.5B     on the GPU in bf16  59.7 GiB of 79.6 GiB   not measured  the decoder, on CPU threads
      3B       on the GPU in bf16  66.6 GiB of 79.6 GiB   not measured  the decoder, on CPU threads
      7B       does not fit        128.9 GiB of 79.6 GiB  not measured  the decoder, on CPU threads

      How long scoring takes was not measured for any of these sizes.

      Settings that make them fit:
        3B: --set engine.gradientCheckpointing=true

      Missing, and what brings it:
        vLLM (no vLLM is found):
          oneshot vllm install
        memory (7B needs 128.9 GiB in one place, where 79.6 GiB are):
          ONESHOT_MACHINE=FILE oneshot train pi1 --model NAME --dry-run
      "
    `);
  });

  it('on eight GPUs of 80 GB', () => {
    expect(text(machineWith(8, 80, { torch, vllm }))).toMatchInlineSnapshot(`
      "
      Qwen2.5  trains as pi1                     memory                a step takes  is scored by
      0.5B     on the GPU in fp32, vLLM samples  31.5 GiB of 79.6 GiB  not measured  vLLM on the GPU
      1.5B     on the GPU in bf16, vLLM samples  59.7 GiB of 79.6 GiB  not measured  vLLM on the GPU
      3B       on the GPU in bf16, vLLM samples  66.6 GiB of 79.6 GiB  not measured  vLLM on the GPU
      7B       on 4 GPUs in bf16, vLLM samples   61.3 GiB of 79.6 GiB  not measured  vLLM on the GPU

      How long scoring takes was not measured for any of these sizes.

      Settings that make them fit:
        3B: --set engine.gradientCheckpointing=true
        7B: --set engine.gradientCheckpointing=true --set engine.ranks=4 --sampler vllm

      Nothing is missing.
      "
    `);
  });

  it('is what oneshot train would settle, with the fewest changes that make it fit', () => {
    expect(trained(machineWith(1, 80, { torch }))).toEqual([
      ['0.5B', ''],
      ['1.5B', ''],
      ['3B', '--set engine.gradientCheckpointing=true'],
      ['7B', null],
    ]);
    expect(trained(machineWith(8, 80, { torch }))[3]).toEqual([
      '7B',
      '--set engine.gradientCheckpointing=true --set engine.ranks=4 --sampler vllm',
    ]);
  });

  it('claims no GPU and no vLLM that is not here', () => {
    for (const { training, scoring } of Object.values(outlooksOf(machineWith(0, 80, { vllm })))) {
      expect(training?.device ?? 'cpu').toBe('cpu');
      expect(scoring.generator).not.toBe('vllm');
    }
  });
});
