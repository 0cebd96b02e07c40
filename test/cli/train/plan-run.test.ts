import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Machine } from '#cli/machine/machine.ts';
import { refuseUnfit } from '#cli/plan/refuse-unfit.ts';
import type { RunPlan } from '#cli/plan/run-plan.ts';
import { askRun } from '#cli/train/ask-run.ts';
import { UNDECIDED } from '#cli/train/decided.ts';
import { namedModel } from '#cli/train/named-model.ts';
import { planEvaluation } from '#cli/train/plan-evaluation.ts';
import { planRun } from '#cli/train/plan-run.ts';
import { resolveRun } from '#cli/train/resolve-run.ts';
import type { RunOverrides } from '#cli/train/run-overrides.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import { microPi1 } from '#trainer/recipes/micro-pi1.ts';
import { recipeByName } from '#trainer/recipes/recipes.ts';
import { plainValues } from '#trainer/settings/automatic.ts';
import { machineWith } from '../machine/machines.ts';
import { writeShapes } from '../plan/shapes.ts';

const GIB = 2 ** 30;
const here = { store: undefined, env: {}, home: undefined, busyThreads: 1, remote: false } as const;
const blind = { version: '2.13.0+cpu', cuda: false };
const checkpointing = { set: ['engine.gradientCheckpointing=true'] };

describe('planRun', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-plan-'));
    await writeShapes(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function plan(size: string, machine: Machine, overrides: RunOverrides = {}): Promise<RunPlan> {
    const run = await askRun(undefined, recipeByName('pi1'), { model: join(folder, size), ...overrides });
    const world = { ...here, machine };
    return (await planRun(run, await namedModel(run, undefined, world.env), world)).plan;
  }

  it.each([
    ['1.5B', machineWith(1, 24), 'No setting makes it fit'],
    ['3B', machineWith(1, 24), 'No setting makes it fit'],
    ['7B', machineWith(1, 24), 'No setting makes it fit'],
    ['7B', machineWith(1), 'No setting makes it fit'],
    ['3B', machineWith(1), 'It would fit with --set engine.gradientCheckpointing=true.'],
    ['3B', machineWith(8), 'or with --set engine.ranks=4 --sampler vllm.'],
    ['7B', machineWith(8), '--set engine.gradientCheckpointing=true --set engine.ranks=4 --sampler vllm'],
    ['7B', machineWith(0, 80, { memoryBytes: 64 * GIB }), 'Train a smaller model, or on a larger machine'],
  ])('refuses %s where it cannot fit, with what would help', async (size, machine, help) => {
    const made = await plan(size, machine);
    expect(() => refuseUnfit(made)).toThrow(help);
  });

  it.each([
    ['1.5B', machineWith(1)],
    ['1.5B', machineWith(8)],
  ])('lets %s train where it fits', async (size, machine) => {
    const made = await plan(size, machine);
    expect(() => refuseUnfit(made)).not.toThrow();
  });

  it('scales a time only where a figure was measured', async () => {
    const { step, settled } = await plan('1.5B', machineWith(1), checkpointing);
    const tokens = settled.prompts * settled.samples * settled.sampling.maxTokens;
    expect(step?.mostSeconds).toBeCloseTo(tokens / 6400 + tokens / 36_500 + tokens / 11_500, 6);
    expect(step?.from).toContain('H100');
    expect((await plan('1.5B', machineWith(1))).step).toBeUndefined();
    expect((await plan('1.5B', machineWith(1, 24), checkpointing)).step).toBeUndefined();
    expect((await plan('3B', machineWith(1), checkpointing)).step).toBeUndefined();
  });

  it('says that a GPU is not used, and why', async () => {
    const without = await plan('1.5B', machineWith(1, 80, { torch: blind }));
    expect(without.settled.engine.device).toBe('cpu');
    expect(without.warnings.join()).toContain('torch 2.13.0+cpu of the engine finds no GPU');
    const said = await plan('1.5B', machineWith(1), { threads: 1, set: ['engine.device=cpu'] });
    expect(said.warnings.join()).toContain('the run computes on one CPU thread');
    expect((await plan('135M', machineWith(0))).warnings).toEqual([]);
  });

  it('refuses more ranks than GPUs, and a folder that is not there', async () => {
    const two = plan('7B', machineWith(1), { sampler: 'vllm', set: ['engine.ranks=2'] });
    await expect(two).rejects.toMatchObject({ code: 'config-invalid' });
    await expect(plan('nowhere', machineWith(1))).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('plans without a model, a GPU or data what can be said without', async () => {
    await mkdir(join(folder, 'empty'));
    const nothing = await plan('empty', machineWith(0), { set: ['engine.device=cuda'] });
    expect([nothing.model, nothing.memory, nothing.disk]).toEqual([undefined, undefined, undefined]);
    const blank = await plan('1.5B', machineWith(0), { set: ['engine.device=cuda'] });
    expect(blank.memory).toBeUndefined();
    expect(blank.warnings.join()).toContain('nvidia-smi lists no GPU');
    const run = await askRun(undefined, recipeByName('pi1'), { steps: 40 });
    const { plan: blind } = await planRun(run, undefined, { ...here, machine: machineWith(0) });
    const evaluation = await planEvaluation(run, blind.settled, { ONESHOT_DATA: folder });
    expect(evaluation?.checkpoints).toBe(3);
    expect(evaluation?.benchmarks[0]).toMatchObject({ name: 'math500', completions: null, mostTokens: 3072 });
  });

  it('plans a run that is there as it was settled then', async () => {
    const workspace = openWorkspace(join(folder, 'home'));
    const overrides = { name: 'mine', threads: 'auto', evaluation: { benchmarks: [] } } as const;
    const run = await askRun(workspace.store, microPi1, overrides);
    await resolveRun(workspace, run, process.env, { ...UNDECIDED, values: { ...plainValues, threads: 5 } });
    const world = { ...here, machine: machineWith(0), store: workspace.store };
    const { plan: made } = await planRun(run, undefined, world);
    expect(made.settled.engine.threads).toBe(5);
    expect(made.settings.find(({ name }) => name === 'engine.threads')?.source).toBe(
      'auto: as the run began',
    );
    workspace.close();
  });

  describe('of who scores', () => {
    const vllm = { program: '/opt/vllm/bin/vllm', version: '0.32.0' };
    const scorer = async (machine: Machine, overrides: RunOverrides = {}, size = '1.5B') => {
      const { settings, warnings, scoring } = await plan(size, machine, overrides);
      const setting = settings.find(({ name }) => name === 'evaluation.generator');
      return { is: setting && [setting.value, setting.source], scoring, warnings: warnings.join(' ') };
    };

    it('says vLLM where that is found for a GPU', async () => {
      const { is, scoring, warnings } = await scorer(machineWith(1, 80, { vllm }));
      expect(is).toEqual(['vllm', 'auto: vLLM 0.32.0 is found']);
      expect(scoring?.generator).toBe('vllm');
      expect(warnings).not.toContain('evaluated completions');
    });

    it('never lets CPU threads score unsaid where a GPU is', async () => {
      const forCpus = { ...vllm, version: '0.32.0+cpu' };
      for (const machine of [machineWith(1), machineWith(1, 80, { vllm: forCpus })]) {
        const { is, warnings } = await scorer(machine);
        expect(is?.[0]).toBe('onnx');
        expect(warnings).toMatch(
          /H100 .* is here, and evaluated completions are made on CPU threads.*vllm install/,
        );
      }
    });

    it('claims no GPU that is not here, and needs none for a model of the miniature world', async () => {
      const { is, warnings } = await scorer(machineWith(0, 80, { vllm }));
      expect(is).toEqual(['onnx', 'auto: no GPU is here']);
      expect(warnings).toBe('');
      const run = await askRun(undefined, microPi1, {});
      const world = { ...here, machine: machineWith(1, 80, { vllm }) };
      const { plan: made, decided } = await planRun(run, await namedModel(run, undefined, {}), world);
      expect(decided.scoring.reason).toBe('the model is too small to gain from a GPU');
      expect(made.scoring).toEqual({ generator: 'onnx', threads: 1 });
    });

    it('leaves the only GPU to an engine that draws on it', async () => {
      const drawing = { sampler: 'engine' } as const;
      const { is, warnings } = await scorer(machineWith(1, 80, { vllm }), drawing);
      expect(is).toEqual(['onnx', 'auto: the engine draws completions on the only GPU']);
      expect(warnings).toContain('made on CPU threads');
      expect((await scorer(machineWith(2, 80, { vllm }), drawing)).is?.[0]).toBe('vllm');
    });

    it('has the word of the command, and warns of nothing that was said', async () => {
      const said = await scorer(machineWith(1), { generator: 'onnx' });
      expect(said.is).toEqual(['onnx', 'command']);
      expect(said.warnings).not.toContain('evaluated completions');
      expect((await scorer(machineWith(1), { evaluation: { benchmarks: [] } })).is).toBeUndefined();
    });

    it('leaves it to the workers of a deployment', async () => {
      const run = await askRun(undefined, recipeByName('pi1'), { model: join(folder, '1.5B') });
      const world = { ...here, machine: machineWith(1, 80, { vllm }), remote: true };
      const { plan: made, decided } = await planRun(run, await namedModel(run, undefined, {}), world);
      expect(decided.scoring.generation.generator.kind).toBe('onnx');
      expect(made.scoring).toBeUndefined();
    });
  });
});
