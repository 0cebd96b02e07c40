import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Circumstances, chooseAutomatic } from '#cli/machine/choose-automatic.ts';
import type { Machine } from '#cli/machine/machine.ts';
import { AUTOMATIC } from '#trainer/settings/automatic.ts';
import { RunSettings } from '#trainer/settings/config.ts';
import { machineWith } from './machines.ts';

const LARGE = 1.5e9;
const vllm = { program: '/opt/vllm/bin/vllm', version: '0.32.0' };
const noCuda = { version: '2.13.0+cpu', cuda: false };

function choose(
  machine: Machine,
  changes: Partial<Circumstances> = {},
  engine: Partial<RunSettings['engine']> = {},
) {
  const settings = RunSettings.parse({ recipe: 'pi1', steps: 1, engine });
  const { values } = chooseAutomatic(machine, {
    settings,
    automatic: new Set(AUTOMATIC),
    parameters: LARGE,
    busyThreads: 1,
    ...changes,
  });
  const { device, precision, threads, sampler } = values;
  return [device, precision, threads, sampler.kind];
}

describe('chooseAutomatic', () => {
  it('takes the GPU that is there, in bf16, and the cores that evaluations leave', () => {
    expect(choose(machineWith(1))).toEqual(['cuda', 'bf16', 15, 'engine']);
  });

  it('lets vLLM draw where it is found for CUDA, and only there', () => {
    expect(choose(machineWith(1, 80, { vllm }))).toEqual(['cuda', 'bf16', 15, 'vllm']);
    expect(choose(machineWith(0, 80, { vllm }))).toEqual(['cpu', 'fp32', 15, 'engine']);
    const forCpus = { ...vllm, version: '0.32.0+cpu' };
    expect(choose(machineWith(1, 80, { vllm: forCpus }))).toEqual(['cuda', 'bf16', 15, 'engine']);
  });

  it('lets vLLM draw for several ranks, which cannot do it themselves', () => {
    expect(choose(machineWith(2), {}, { ranks: 2 }).at(-1)).toBe('vllm');
  });

  it('lets our decoder draw for several ranks on a CPU, as long as they compute in fp32', () => {
    expect(choose(machineWith(0), {}, { ranks: 2 }).at(-1)).toBe('onnx');
    const automatic = new Set(AUTOMATIC.filter((name) => name !== 'engine.precision'));
    expect(choose(machineWith(0), { automatic }, { ranks: 2, precision: 'bf16' }).at(-1)).toBe('vllm');
  });

  it('claims no CUDA that torch does not find', () => {
    expect(choose(machineWith(1, 80, { torch: noCuda }))).toEqual(['cpu', 'fp32', 15, 'engine']);
  });

  it('keeps fp32 where the GPU or the model gains nothing from bf16', () => {
    expect(choose(machineWith(1), { parameters: 0.135e9 })[1]).toBe('fp32');
    const old = machineWith(1);
    const turing = { ...old, gpus: old.gpus.map((gpu) => ({ ...gpu, capability: '7.5' })) };
    expect(choose(turing)[1]).toBe('fp32');
  });

  it('follows a device that was said', () => {
    const automatic = new Set(AUTOMATIC.filter((name) => name !== 'engine.device'));
    expect(choose(machineWith(1), { automatic }, { device: 'cpu' })).toEqual(['cpu', 'fp32', 15, 'engine']);
  });

  it('never computes a large model on one of several free cores, nor asks for more than there are', () => {
    const machines = fc.record({ cores: fc.integer({ min: 1, max: 256 }), gpus: fc.nat(2) });
    fc.assert(
      fc.property(machines, fc.integer({ min: 1, max: 16 }), ({ cores, gpus }, busyThreads) => {
        const threads = Number(choose({ ...machineWith(gpus), cores }, { busyThreads })[2]);
        expect(threads).toBe(Math.max(1, cores - busyThreads));
      }),
    );
  });

  it('leaves a miniature model on one thread', () => {
    expect(choose(machineWith(0), { parameters: 465_280 })[2]).toBe(1);
  });

  it('lets our decoder draw for a miniature model on a CPU, in fp32 alone', () => {
    const samplerOf = (machine: Machine, parameters: number) => choose(machine, { parameters }).at(-1);
    expect(samplerOf(machineWith(0), 2.4e6)).toBe('onnx');
    expect(samplerOf(machineWith(0), 9.4e6)).toBe('engine');
    expect(samplerOf(machineWith(1), 2.4e6)).toBe('engine');
    const automatic = new Set(AUTOMATIC.filter((name) => name !== 'engine.precision'));
    const inBf16 = choose(machineWith(0), { parameters: 2.4e6, automatic }, { precision: 'bf16' });
    expect(inBf16.at(-1)).toBe('engine');
  });
});
