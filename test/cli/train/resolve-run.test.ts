import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunOverrides, resolveRun } from '#cli/train/resolve-run.ts';
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
  const resolve = (overrides: RunOverrides, values?: AutomaticValues) =>
    resolveRun(workspace, microPi1, overrides, process.env, values);

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
});
