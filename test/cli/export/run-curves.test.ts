import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCurves } from '#cli/export/run-curves.ts';
import { writeTensorboard } from '#cli/export/write-tensorboard.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import type { Summary } from '#shared/records/summary.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { MODEL, SmallWorld } from '../../functions/small-world.ts';
import { MemoryStore } from '../../ports/memory-store.ts';
import { summary } from '../report/made-up-summary.ts';
import { readEvents } from './read-events.ts';

const host = { torch: 't', transformers: 't', instructionSet: 'i' };
const JOURNAL = '0'.repeat(64);

describe('runCurves', () => {
  let store: MemoryStore;
  let request: EvaluationRequest;

  beforeEach(async () => {
    store = new MemoryStore();
    request = await (await SmallWorld.create()).request();
    const config = { recipe: 'micro-pi1', seed: 7 };
    await put(store, record.run('r'), { config, codeVersion: '1' });
    await putDriver(1, null);
    const base = await putCheckpoint(1, 0, null, []);
    const first = await putCheckpoint(1, 2, base, [1, 2]);
    await putStep(1, 3, 0.9); // of a driver that was taken over
    await putDriver(2, first);
    await putStep(2, 3, 0.3);
  });

  it('are the metrics and telemetry of the drivers that count, up to the newest step', async () => {
    await putTelemetry(1, 2, 5000);
    await putTelemetry(1, 3, 6000);
    await putTelemetry(2, 3, 9000);
    const { config, rows } = await runCurves(store, 'r');
    expect(config).toEqual({ recipe: 'micro-pi1', seed: 7 });
    expect(rows.map(({ step, atMs }) => [step, atMs])).toEqual([
      [0, 5000],
      [1, 5000],
      [2, 5000],
      [3, 9000],
    ]);
    expect(rows.map(({ values }) => values['reward/mean'])).toEqual([undefined, 0.5, 0.5, 0.3]);
    expect(rows[3]?.values).toMatchObject({
      'rollout/seconds': 2,
      'rollout/tokens_per_second': 100,
      'engine/peak_bytes': 7,
    });
  });

  it('hold the scores of each checkpoint beside its step, of the newest round that is over', async () => {
    await putSummary(0, summary(0));
    await putSummary(1, summary(1));
    const started = { evaluation: evaluationId(request), round: 2 };
    await store.putOnce(keys.roundManifest(started), new Uint8Array());
    const { rows } = await runCurves(store, 'r');
    const { average, benchmarks } = summary(1).graders['reward'] ?? never();
    expect(rows[2]?.values['reward/mean']).toBe(0.5);
    expect(rows[2]?.values['eval/reward/average/accuracy']).toBe(average.mean);
    for (const { benchmark, score } of benchmarks) {
      expect(rows[2]?.values[`eval/reward/${benchmark}/accuracy`]).toBe(score.mean);
      expect(rows[2]?.values[`eval/reward/${benchmark}/accuracy_low`]).toBe(score.interval?.[0]);
    }
    expect(rows[2]?.values['eval/reward/micro-math500/length_mean']).toBe(20);
  });

  it('leave out what failed shards leave open', async () => {
    const holes = structuredClone(summary(1));
    const graded = holes.graders['reward'] ?? never();
    graded.average.mean = null;
    await putSummary(0, holes);
    const values = (await runCurves(store, 'r')).rows[2]?.values ?? {};
    expect(values).not.toHaveProperty(['eval/reward/average/accuracy']);
    expect(values).toHaveProperty(['eval/reward/micro-aime24/accuracy']);
  });

  it('are refused for a run that does not exist', async () => {
    await expect(runCurves(store, 'nobody')).rejects.toMatchObject({ code: 'run-unknown' });
  });

  it('are one event file of the run in TensorBoard, however often they are exported', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'oneshot-export-'));
    try {
      await writeTensorboard(folder, 'r', await runCurves(store, 'r'));
      await putTelemetry(2, 3, 9000);
      const path = await writeTensorboard(folder, 'r', await runCurves(store, 'r'));
      expect(await readdir(join(folder, 'r'))).toHaveLength(1);
      const events = readEvents(await readFile(path));
      expect(events.map(({ step }) => step)).toEqual([0, 0, 1, 2, 3]);
      expect(events.at(-1)?.scalars).toContainEqual(['rollout/tokens_per_second', 100]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  async function putDriver(incarnation: number, resumesFrom: string | null): Promise<void> {
    const object = { schemaVersion: 1, nonce: 'n', resumesFrom, host };
    await put(store, record.incarnation('r', incarnation), object);
  }

  async function putCheckpoint(incarnation: number, step: number, parent: string | null, since: number[]) {
    const key = keys.checkpoint({ run: 'r', step, incarnation });
    const steps = since.map((each) => ({ step: each, metrics: { 'reward/mean': 0.5 } }));
    const evaluation = step === 0 ? null : request;
    await put(store, record.checkpoint.at(key), {
      step,
      model: MODEL,
      state: {},
      parent,
      steps,
      evaluation,
    });
    for (const each of since) await putStep(incarnation, each, 0.5);
    return key;
  }

  async function putStep(incarnation: number, step: number, reward: number): Promise<void> {
    const object = { schemaVersion: 1, step, journal: JOURNAL, metrics: { 'reward/mean': reward } };
    await put(store, record.step({ run: 'r', incarnation, step }), object);
  }

  async function putTelemetry(incarnation: number, step: number, at: number): Promise<void> {
    await put(store, record.stepTelemetry({ run: 'r', incarnation, step }), {
      at,
      seconds: { rollout: 2 },
      tokensPerSecond: { rollout: 100 },
      peakBytes: { engine: 7 },
    });
  }

  async function putSummary(round: number, object: Summary): Promise<void> {
    await put(store, record.summary({ evaluation: evaluationId(request), round }), object);
  }
});

function never(): never {
  throw new Error('the summary has no such grader');
}
