import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, prepareRequest } from '#cli/evaluate/evaluate.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { storeBenchmarks } from '#cli/push/store-benchmarks.ts';
import { storeModel } from '#cli/push/store-model.ts';
import type { Emulator } from '#scripts/emulator/emulator-process.ts';
import { startMinistack } from '#scripts/emulator/start-ministack.ts';
import { thirdPartyData } from '#scripts/third-party-data.ts';
import { S3Store } from '#shared/adapters/aws/s3-store.ts';
import { SqsQueue } from '#shared/adapters/aws/sqs-queue.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import type { StoredBenchmark } from '#shared/benchmarks/evaluation-request.ts';
import { canonicalJson } from '#shared/encoding/canonical-json.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import type { Completion, EvaluationRequest } from '#shared/records/evaluations.ts';
import type { Summary } from '#shared/records/summary.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { indexProblemSet } from '#shared/storage/problem-set-index.ts';
import { put } from '#shared/storage/put.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { oneshot } from '../e2e/oneshot.ts';
import { DeployedPlane } from './deployed-plane.ts';
import { credentialsOf } from './function-role.ts';
import { recordCompletions } from './recorded-completions.ts';

const MODEL = join(packageRoot, 'trainer/microcosm/bases/habit-62-46');
const MICRO = ['micro-aime24', 'micro-minerva'];
const REAL = ['math500', 'aime24', 'amc23', 'minerva_math', 'olympiadbench', 'aime25'];
const hasData = existsSync(join(thirdPartyData, 'benchmarks/math500.jsonl'));

// Policies of roles are evaluated, so that everything below also shows that each role may do what it must.
const emulator = await startMinistack({ auth: true });

describe.skipIf(emulator.kind === 'missing')('the deployed evaluation plane', () => {
  let plane: DeployedPlane;
  let model: string;
  let lost: string;

  beforeAll(async () => {
    plane = await DeployedPlane.deploy(emulator as Emulator); // checked by skipIf
    model = await storeModel(plane.workspace.store, MODEL);
    await push(MICRO);
    lost = await loseMessage();
  }, 240_000);

  afterAll(async () => {
    await plane?.close();
    if (emulator.kind === 'running') await emulator.stop();
  });

  it('is well, says the doctor', async () => {
    const { code, lines } = await oneshot(['doctor', '--aws', plane.file, '--json']);
    expect(lines.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(lines.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['credentials', 'queue plan', 'api']),
    );
    expect(code).toBe(0);
  });

  it('lets nobody in without a token', async () => {
    const response = await plane.fetch('/v1/evaluations', { headers: { authorization: 'Bearer foreign' } });
    expect(response.status).toBe(401);
  });

  it('generates with ONNX Runtime and scores as the local runner does, byte for byte', async () => {
    const evaluation = await plane.evaluate({ model, benchmarks: MICRO, limit: 8 });
    expect(await plane.follow(evaluation, 90_000)).toMatchObject({ status: 'done' });
    const { store } = plane.workspace;
    const request = await read(store, record.evaluationRequest(evaluation));
    const summary = await store.get(keys.summary({ evaluation, round: 0 }));
    expect(Buffer.from(summary ?? [])).toEqual(Buffer.from(await summaryOfLocalRunner(request)));
    const telemetry = await store.list(`${keys.prefix.shardTelemetries}${evaluation}/`);
    expect(telemetry.length).toBeGreaterThanOrEqual(2); // of one shard, generated and verified
  });

  it('ends a round with a failed shard when completions are missing for good', async () => {
    const [set] = await push(['micro-aime24']);
    const { completions } = recordCompletions(set ? [{ ...set, problems: set.problems.slice(0, 20) }] : []);
    const recorded = await pushCompletions(completions.slice(0, -1));
    const body = { model, benchmarks: ['micro-aime24'], limit: 20, generator: { recorded } };
    const { evaluation } = await plane.follow(await plane.evaluate(body), 60_000);
    const { coverage, graders } = await summaryOf(evaluation);
    expect(coverage.failed).toEqual({ 'generate-dead': 1 });
    expect(coverage.scored).toBe(coverage.shards - 1);
    const { mean, bounds } = graders['reward']?.average ?? { mean: Number.NaN, bounds: [1, 0] };
    expect(mean).toBeNull();
    expect(bounds[0]).toBeLessThan(bounds[1]);
  });

  it('keeps a message that no schema accepts and never tries it again', async () => {
    const body = '{"type":"nonsense"}';
    await plane.workspace.queues.plan.send(body);
    await expect
      .poll(() => plane.workspace.store.get(keys.dead(sha256Hex(body))), { timeout: 20_000 })
      .toBeDefined();
  });

  it.skipIf(!hasData)('scores 2,247 recorded completions of the six sets as their makers count', async () => {
    const sets = await push(REAL);
    const { completions, table } = recordCompletions(sets);
    expect(completions).toHaveLength(2247);
    const body = { model, benchmarks: REAL, generator: { recorded: await pushCompletions(completions) } };
    const { evaluation } = await plane.follow(await plane.evaluate(body), 120_000);
    const { graders } = await summaryOf(evaluation);
    const { average, benchmarks } = graders['reward'] ?? { average: undefined, benchmarks: [] };
    for (const [i, { mean, ...row }] of table.entries()) {
      expect(benchmarks[i]).toMatchObject(row);
      expect(benchmarks[i]?.score.mean).toBeCloseTo(mean, 12);
    }
    expect(average?.mean).toBeCloseTo(table.reduce((sum, { mean }) => sum + mean, 0) / table.length, 12);
  });

  const outcome = `evaluations/${'a'.repeat(26)}/rounds/00/outcomes/000000`;
  it.each([
    ['Plan', outcome],
    ['Generate', `models/${'a'.repeat(26)}.json`],
    ['Verify', `generations/${'a'.repeat(26)}/completions/000000/000`],
    ['DeadLetter', `evaluations/${'a'.repeat(26)}/request.json`],
    ['Sweep', outcome],
    ['Api', outcome],
    ['Api', `evaluations/${'a'.repeat(26)}/rounds/00/summary.json`],
  ])('lets %s not put %s', async (construct, key) => {
    const credentials = await credentialsOf(construct);
    const client = new S3Client({ credentials, forcePathStyle: true, maxAttempts: 1 });
    const store = new S3Store({ client, bucket: plane.deployed.bucket });
    await store.list('dead/', { limit: 1 }); // the credentials are good
    await expect(store.putOnce(key, new Uint8Array())).rejects.toMatchObject({ code: 'access-denied' });
    client.destroy();
  });

  it('lets Verify send to no queue', async () => {
    const credentials = await credentialsOf('Verify');
    const client = new SQSClient({ credentials, useQueueUrlAsEndpoint: false, maxAttempts: 1 });
    const queue = new SqsQueue({ client, url: plane.deployed.queueUrls.plan.url });
    await expect(queue.send('{}')).rejects.toMatchObject({ code: 'access-denied' });
    client.destroy();
  });

  it('repairs an evaluation whose message was lost, on schedule', async () => {
    expect(await plane.follow(lost, 120_000)).toMatchObject({ status: 'done' });
  });

  /** Somebody died between the pending marker and the message, a minute ago. */
  async function loseMessage(): Promise<string> {
    const { store } = plane.workspace;
    const settings = {
      benchmarks: ['micro-minerva'],
      limit: 3,
      template: 'chat',
      graders: ['reward'],
    } as const;
    const request = await prepareRequest(store, model, settings, process.env);
    const evaluation = evaluationId(request);
    await put(store, record.evaluationRequest(evaluation), request);
    const pending = { schemaVersion: 1, createdAt: Date.now() - 60_000 };
    await put(store, record.pendingEvaluation({ evaluation, round: 0 }), pending);
    return evaluation;
  }

  async function push(names: readonly string[]): Promise<readonly StoredBenchmark[]> {
    const { store } = plane.workspace;
    const sets = await storeBenchmarks(store, names, { ONESHOT_DATA: thirdPartyData });
    for (const { name, digest } of sets) await indexProblemSet(store, name, digest, Date.now());
    return sets;
  }

  async function pushCompletions(completions: readonly Completion[]): Promise<string> {
    const lines = completions.map((completion) => `${canonicalJson(completion)}\n`).join('');
    return putBlob(plane.workspace.store, new TextEncoder().encode(lines));
  }

  function summaryOf(evaluation: string): Promise<Summary> {
    return read(plane.workspace.store, record.summary({ evaluation, round: 0 }));
  }
});

/** The same request in a workspace of this machine. */
async function summaryOfLocalRunner(request: EvaluationRequest): Promise<Uint8Array> {
  const home = await mkdtemp(join(tmpdir(), 'oneshot-local-'));
  const workspace = openWorkspace(home);
  try {
    await storeModel(workspace.store, MODEL);
    await storeBenchmarks(workspace.store, MICRO, process.env);
    const quiet = { onProgress: () => {}, onTakenOver: () => {}, onProblem: () => {} };
    const { evaluation } = await evaluate({ ...workspace, remote: false }, request, {
      workers: 1,
      threads: 1,
      ...quiet,
    });
    return (await workspace.store.get(keys.summary({ evaluation, round: 0 }))) ?? new Uint8Array();
  } finally {
    workspace.close();
    await rm(home, { recursive: true, force: true });
  }
}
