import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatorName, ONNX } from '#cli/evaluate/choose-generator.ts';
import { askRun } from '#cli/train/ask-run.ts';
import { type Decided, UNDECIDED } from '#cli/train/decided.ts';
import { resolveRun } from '#cli/train/resolve-run.ts';
import type { RunOverrides } from '#cli/train/run-overrides.ts';
import { openWorkspace, type Workspace } from '#shared/adapters/local/workspace.ts';
import { microPi1 } from '#trainer/recipes/micro-pi1.ts';
import { type AutomaticValues, plainValues } from '#trainer/settings/automatic.ts';
import { runIdOf } from '#trainer/settings/config.ts';

const eightThreads: AutomaticValues = { ...plainValues, threads: 8 };
const onGpu: AutomaticValues = { device: 'cuda', precision: 'bf16', threads: 4, sampler: { kind: 'engine' } };

describe('resolveRun, of settings that are left to the machine', () => {
  let home: string;
  let workspace: Workspace;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'oneshot-resolve-'));
    workspace = openWorkspace(home);
  });
  afterAll(async () => {
    workspace.close();
    await rm(home, { recursive: true, force: true });
  });

  const auto: RunOverrides = { threads: 'auto', evaluation: { benchmarks: [] }, set: ['engine.device=auto'] };
  const resolve = (overrides: RunOverrides, values: AutomaticValues = plainValues) =>
    resolveAs(overrides, { ...UNDECIDED, values });
  const resolveAs = async (overrides: RunOverrides, decided: Decided) =>
    resolveRun(workspace, await askRun(workspace.store, microPi1, overrides), process.env, decided);

  it('stores what the machine decided, under the id of what was asked', async () => {
    const { run, config } = await resolve({ ...auto, steps: 7 }, eightThreads);
    expect(config.engine).toMatchObject({ device: 'cpu', threads: 8 });
    expect(run).toBe(runIdOf({ ...config, engine: { ...config.engine, threads: 1 } }));
  });

  it('goes on with a run as its first machine decided, whatever there is now', async () => {
    const before = await resolve({ ...auto, steps: 8 }, eightThreads);
    expect(await resolve({ ...auto, steps: 8 }, onGpu)).toEqual(before);
    const named = await resolve({ ...auto, steps: 8, name: 'mine' }, onGpu);
    expect(named.config.engine).toMatchObject({ device: 'cuda', threads: 4, precision: 'fp32' });
    expect(await resolve({ ...auto, steps: 8, name: 'mine' }, eightThreads)).toEqual(named);
  });

  it('refuses to go on with values that are said and were others', async () => {
    await resolve({ ...auto, steps: 9, name: 'settled' }, eightThreads);
    const said = resolve({ ...auto, steps: 9, name: 'settled', threads: 2 });
    await expect(said).rejects.toMatchObject({ code: 'run-differs' });
    await expect(said).rejects.toThrow('engine.threads');
  });

  it('names a run whose settings are all said by its config, as ever', async () => {
    const { run, config } = await resolve({ steps: 10, threads: 3, evaluation: { benchmarks: [] } }, onGpu);
    expect(config.engine).toMatchObject({ device: 'cpu', threads: 3 });
    expect(run).toBe(runIdOf(config));
  });

  describe('such as who makes evaluated completions', () => {
    const scored: RunOverrides = { evaluation: { benchmarks: ['micro-aime24'], limit: 2 } };
    const byVllm: Decided = {
      values: plainValues,
      scoring: {
        generation: {
          generator: { kind: 'endpoint', name: 'vllm', version: 'vllm/0.32.0 bf16' },
          precision: 'bf16',
        },
        reason: 'vLLM 0.32.0 is found',
      },
    };
    const scorer = ({ config }: Awaited<ReturnType<typeof resolveRun>>) =>
      config.evaluation && generatorName(config.evaluation.generation);

    it('is stored as the machine decides, under the id of what was asked', async () => {
      const here = await resolveAs({ ...scored, steps: 11 }, byVllm);
      expect(scorer(here)).toBe('vllm');
      expect(here.config.evaluation?.generation).toMatchObject(byVllm.scoring.generation);
      const { config } = here;
      const plain = { ...config.evaluation, generation: { ...config.evaluation?.generation, ...ONNX } };
      expect(here.run).toBe(runIdOf({ ...config, evaluation: plain } as typeof config));
    });

    it('stays as it was settled, whatever there is now', async () => {
      const before = await resolveAs({ ...scored, steps: 12 }, UNDECIDED);
      expect(scorer(before)).toBe('onnx');
      expect(await resolveAs({ ...scored, steps: 12 }, byVllm)).toEqual(before);
      const served = await resolveAs({ ...scored, steps: 13 }, byVllm);
      expect(await resolveAs({ ...scored, steps: 13, generator: 'auto' }, UNDECIDED)).toEqual(served);
    });

    it('is the decoder where that is said, and no other than was said', async () => {
      const said = await resolveAs({ ...scored, steps: 14, generator: 'onnx' }, byVllm);
      expect(scorer(said)).toBe('onnx');
      await resolveAs({ ...scored, steps: 14, name: 'by-vllm' }, byVllm);
      const other = resolveAs({ ...scored, steps: 14, name: 'by-vllm', generator: 'onnx' }, byVllm);
      await expect(other).rejects.toMatchObject({ code: 'run-differs' });
    });
  });
});
