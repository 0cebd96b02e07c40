import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readdir, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import { generatorVersion } from '#shared/inference/generator-version.ts';
import { loadGenerator } from '#shared/inference/onnx-generator.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import { readMetric } from '#shared/metrics/metric-table.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { findJournal } from '#trainer/journal/journal.ts';
import { runRecord } from '#trainer/settings/config.ts';
import type { Fault } from './fault.ts';
import { preparedRun } from './prepared-run.ts';
import { smallRun } from './small-run.ts';
import { TestRun } from './test-run.ts';
import { readTrajectory, type Trajectory } from './trajectory.ts';

/** Of the engine and the driver, while completions are drawn and around it; then the driver is told to stop there. */
const LIVES: readonly (readonly Fault[])[] = [
  [
    { victim: 'engine', when: 'after', operation: 'publish_hf', nth: 2, delayMs: 5 },
    { victim: 'driver', when: 'after', operation: 'publish_hf', nth: 4, delayMs: 10 },
  ],
  [
    { victim: 'engine', when: 'before', operation: 'publish_hf', nth: 1 },
    { victim: 'driver', when: 'before', operation: 'put journals', nth: 1 },
  ],
  [{ victim: 'driver', signal: 'SIGTERM', when: 'after', operation: 'publish_hf', nth: 2, delayMs: 5 }],
];

const published = mkdtempSync(join(tmpdir(), 'oneshot-published-'));
const mayMount = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', published]).status === 0;
if (mayMount) spawnSync('umount', [published]);
vi.stubEnv('ONESHOT_PUBLISH', published);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(published, { recursive: true });
});

const settings = { ...smallRun.settings, sampler: { kind: 'onnx' } } as const;
const prepared = preparedRun({ ...smallRun, settings });

describe('a run whose completions our decoder draws', () => {
  it('has the trajectory of one that never was killed, and leaves no weights behind', async () => {
    await using run = await prepared.fresh.copy();
    for (const faults of LIVES) {
      const { code, signal } = await run.drive(faults);
      expect(code).not.toBe(0);
      expect(await readdir(published)).toHaveLength(signal === 'SIGKILL' ? 1 : 0); // of the last one alone
    }
    expect(run.count('struck')).toBe(LIVES.flat().length);
    expect(await run.drive()).toMatchObject({ code: 0, stderr: '' });
    expect(await readTrajectory(run)).toEqual(prepared.untouched);
    expect(await readdir(published)).toEqual([]);
  });

  it('draws in each step what the decoder draws by itself from the checkpoint before, and learns from it', async () => {
    await using run = await prepared.fresh.copy();
    expect(await run.drive()).toMatchObject({ code: 0, stderr: '' });
    const store = new FolderStore(join(run.home, 'store'));
    const { host } = await read(store, record.incarnation(TestRun.name, 1));
    expect(host.decoder).toBe(generatorVersion);
    const { sampling, samples } = (await read(store, runRecord(TestRun.name))).config;
    const line = await readCheckpointLine(store, TestRun.name);
    expect(line.map(({ checkpoint }) => checkpoint.step)).toEqual([0, 2, 4, 6]);
    for (const { checkpoint } of line.slice(0, -1)) {
      const step = checkpoint.step + 1;
      const directory = await fetchModelFolder(store, checkpoint.model, join(run.home, 'models'));
      const { endTokens: stop } = await loadTokenizer(directory);
      const generator = await loadGenerator({ directory, threads: 1 });
      const { rollouts = [] } = (await findJournal(store, { run: TestRun.name, incarnation: 1 }, step)) ?? {};
      const drawn = await generator.generate(
        rollouts.map(({ prompt, row, sample }) => ({
          ...{ ...sampling, prompt: [...prompt], stop },
          draw: { seed: sampling.seed, step, row, sample },
        })),
      );
      await generator.dispose();
      expect(rollouts).toHaveLength(4 * samples);
      expect(
        rollouts.map(({ completion, samplerLogprobs, truncated }) => ({
          ...{ tokens: [...completion], logprobs: [...samplerLogprobs] },
          finish: truncated ? 'length' : 'stop',
        })),
      ).toEqual(drawn.map((each) => ({ ...each, logprobs: each.logprobs.map(Math.fround) })));
    }
    const metrics = line.at(-1)?.checkpoint.steps.map((each) => each.metrics) ?? [];
    expect(metrics.length).toBeGreaterThan(0);
    for (const each of metrics) expect(readMetric(each, 'policy/mismatch_kl')).toBeLessThan(1e-9);
  });

  it.runIf(mayMount)(
    'ends where no room is left for its weights, with nothing half-written, and goes on once there is some (needs the right to mount)',
    async () => {
      await using run = await prepared.fresh.copy();
      expect(
        await run.drive([{ victim: 'driver', when: 'after', operation: 'put journals', nth: 3 }]),
      ).toMatchObject({
        signal: 'SIGKILL',
      });
      const small = join(published, 'small');
      const filler = join(small, 'filler');
      mkdirSync(small);
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', small]);
      vi.stubEnv('ONESHOT_PUBLISH', small);
      try {
        spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1k', 'count=3000']);
        const { code, lines } = await run.drive();
        expect(code).toBe(1);
        expect(lines.at(-1)).toMatchObject({
          code: 'publication-unwritable',
          detail: expect.stringMatching(/No space left.*Make room there.*the same command again/s),
        });
        expect(await readdir(small)).toEqual(['filler']);
        await unlink(filler);
        expect(await run.drive()).toMatchObject({ code: 0, stderr: '' });
      } finally {
        vi.stubEnv('ONESHOT_PUBLISH', published);
        spawnSync('umount', [small]);
        rmSync(small, { recursive: true });
      }
      expect(await readTrajectory(run)).toEqual(prepared.untouched);
    },
  );

  it('ends at once where its numbers overflow, whoever notices it, and keeps its checkpoints', async () => {
    const optim = { learningRate: 1000, weightDecay: 1000, zeroLrFirstStep: false };
    await using run = await TestRun.create({
      ...smallRun,
      settings: { ...settings, optim, steps: 20, checkpointEvery: 20 },
    });
    const { code, lines } = await run.drive();
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({
      code: 'training-diverged',
      detail: expect.stringMatching(/step \d+.*learningRate/),
    });
    expect(run.count('engine-started')).toBe(1);
    expect((await readTrajectory(run)).checkpoints.map(({ step }) => step)).toEqual([0]);
    expect(await readdir(published)).toEqual([]);
  });
});

describe('a run of an engine of two ranks, for which our decoder draws', () => {
  const ranks = preparedRun({
    ...smallRun,
    settings: { ...settings, engine: { ...settings.engine, ranks: 2 } },
  });

  it('takes the steps that one of one rank takes, but for rounding', async () => {
    const metricsOf = ({ checkpoints }: Trajectory) => checkpoints.flatMap(({ steps }) => steps);
    const [two, one] = [ranks, prepared].map(({ untouched }) => metricsOf(untouched));
    expect(two?.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const [i, { metrics }] of (two ?? []).entries()) {
      const expected = one?.[i]?.metrics ?? {};
      expect(metrics['reward/mean']).toBe(expected['reward/mean']);
      expect(metrics['policy/loss']).toBeCloseTo(Number(expected['policy/loss']), 5);
      expect(readMetric(metrics, 'policy/mismatch_kl')).toBeLessThan(1e-9);
    }
  });

  it('has the same trajectory where its driver is killed while completions are drawn', async () => {
    await using run = await ranks.fresh.copy();
    const fault = { victim: 'driver', when: 'after', operation: 'publish_hf', nth: 4, delayMs: 10 } as const;
    expect(await run.drive([fault])).toMatchObject({ signal: 'SIGKILL' });
    expect(await run.drive()).toMatchObject({ code: 0, stderr: '' });
    expect(await readTrajectory(run)).toEqual(ranks.untouched);
  });
});
