import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
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
import { readTrajectory } from './trajectory.ts';

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
vi.stubEnv('ONESHOT_PUBLISH', published);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(published, { recursive: true });
});

const { settings } = smallRun;
const prepared = preparedRun({ ...smallRun, settings: { ...settings, sampler: { kind: 'onnx' } } });

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
});
