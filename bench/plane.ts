import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { storeBenchmarks } from '#cli/push/store-benchmarks.ts';
import { UNLIMITED } from '#functions/admission/worker-env.ts';
import { planEvaluation } from '#functions/plan/plan-evaluation.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import { makeBucket, makeQueue, s3Client, sqsClient } from '#scripts/emulator/emulated-aws.ts';
import { startMinistack } from '#scripts/emulator/start-ministack.ts';
import { thirdPartyData } from '#scripts/third-party-data.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import { evaluationRequest } from '#shared/benchmarks/evaluation-request.ts';
import { expectedTokens } from '#shared/benchmarks/registry.ts';
import { sendAllTo } from '#shared/messaging/send.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { BenchResult } from './bench-result.ts';
import { controlPlaneUsd } from './plane/aws-cost.ts';
import { countingStore, noCounts, type StoreCounts } from './plane/counting-store.ts';
import { type BenchPlace, type OpenBenchPlace, openBenchPlace } from './plane/open-bench-place.ts';
import { median } from './quantile.ts';

const WORKERS = 8;
const MS_PER_COMPLETION = 20;
/** Evaluations one after the other; a run of 1,000 steps makes 50. */
const MODELS = [...'abcdefghijklm'].map((letter) => letter.repeat(26));
/** Where one takes a minute. */
const FEW_MODELS = MODELS.slice(0, 4);
const SETS = ['math500', 'aime24', 'amc23', 'minerva_math', 'olympiadbench', 'aime25'];
const LARGEST_RATIO = 1.05;
const MOST_USD = 0.01;
const LISTED_EVALUATIONS = 10_000;
const MAX_RECEIVES = 4;

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const once = await measureHere(MODELS, 1);
  const tenfold = await measureHere(FEW_MODELS, 10);
  const emulated = await measureOnEmulator();
  const idle = await measureIdle();
  const metrics = {
    ...named('evaluation', once),
    ...named('tenfold', tenfold),
    ...(emulated && named('ministack', emulated)),
    'growth/requests': tenfold.requests / once.requests,
    'growth/bytes': tenfold.bytes / once.bytes,
    ...idle,
  };
  return {
    metrics,
    targets: [
      target('wall time ÷ ideal', once.ratio, LARGEST_RATIO),
      target('wall time ÷ ideal, ten times the size', tenfold.ratio, LARGEST_RATIO),
      target('control plane, USD per evaluation', once.usd, MOST_USD),
    ],
  };
}

/** Means over the evaluations of one place. */
interface Measured {
  readonly completions: number;
  /** Of the first evaluation, for which every thread compiles its code and reads the problems. */
  readonly first_ratio: number;
  /** Median of the others. */
  readonly ratio: number;
  readonly requests: number;
  readonly bytes: number;
  readonly usd: number;
}

async function measureHere(models: readonly string[], times: number): Promise<Measured> {
  const home = mkdtempSync(join(tmpdir(), 'oneshot-plane-'));
  try {
    return await measure({ kind: 'local', home }, models, times);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The same over S3 and SQS of an emulator; nothing where it cannot be had. */
async function measureOnEmulator(): Promise<Measured | undefined> {
  const emulator = await startMinistack({});
  if (emulator.kind !== 'running') {
    process.stderr.write(`ministack is not measured: ${emulator.reason}\n`);
    return undefined;
  }
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  try {
    const [bucket, sqs] = [await makeBucket(s3Client(emulator)), sqsClient(emulator)];
    const [plan, generate, verify] = await Promise.all([1, 2, 3].map(() => makeQueue(sqs, MAX_RECEIVES)));
    if (!plan || !generate || !verify) throw new Error('three queues');
    const queueUrls = { plan, generate, verify };
    return await measure({ kind: 'emulator', endpoint: emulator.endpoint, bucket, queueUrls }, FEW_MODELS, 1);
  } finally {
    await emulator.stop();
  }
}

/** Evaluates some models on the six sets, one after the other as a training run does, each sample taken `times` times. */
async function measure(place: BenchPlace, models: readonly string[], times: number): Promise<Measured> {
  const workspace = await openBenchPlace(place);
  try {
    const counts = noCounts();
    const planning = countingStore(workspace.store, counts);
    const workers = await startWorkers(place);
    const timed: Timed[] = [];
    for (const model of models) timed.push(await evaluate({ model, times, workspace, planning }));
    const all = [counts, ...(await Promise.all(workers.map(stopWorker)))].reduce(added);
    const { messages, seconds } = await workOf(workspace.store);
    const planSeconds = timed.reduce((sum, evaluation) => sum + evaluation.planSeconds, 0);
    const completions = timed[0]?.completions ?? 0;
    const ideal = (completions * MS_PER_COMPLETION) / 1000 / WORKERS;
    const [first, ...others] = timed.map((evaluation) => evaluation.seconds / ideal);
    return {
      completions,
      first_ratio: first as number,
      ratio: median(others),
      requests: (all.puts + all.gets + all.lists + all.deletes) / timed.length,
      bytes: (all.bytesIn + all.bytesOut) / timed.length,
      usd: controlPlaneUsd(all, messages + timed.length, planSeconds + seconds) / timed.length,
    };
  } finally {
    workspace.close();
  }
}

interface Timed {
  readonly completions: number;
  readonly planSeconds: number;
  readonly seconds: number;
}

interface Evaluating {
  readonly model: string;
  readonly times: number;
  readonly workspace: OpenBenchPlace;
  /** The store of the planner, which counts. */
  readonly planning: ObjectStore;
}

async function evaluate({ model, times, workspace, planning }: Evaluating): Promise<Timed> {
  const { store, queues } = workspace;
  const { request, completions } = await prepare(store, model, times);
  const evaluation = evaluationId(request);
  await put(store, record.evaluationRequest(evaluation), request);
  const started = performance.now();
  const capacity = { worker: UNLIMITED, costUsd: () => 0, endpoints: [] };
  await planEvaluation(
    { schemaVersion: 1, type: 'evaluation-requested', evaluation, round: 0 },
    {
      store: planning,
      clock: { now: Date.now },
      sendAll: sendAllTo(queues),
      expectedTokens,
      capacity,
    },
  );
  const planSeconds = (performance.now() - started) / 1000;
  while (!(await store.get(keys.summary({ evaluation, round: 0 }), { start: 0, end: 1 }))) await sleep(5);
  return { completions, planSeconds, seconds: (performance.now() - started) / 1000 };
}

/** Messages that the workers handled, and the seconds of those that were graded. */
async function workOf(store: ObjectStore): Promise<{ messages: number; seconds: number }> {
  const found = await store.list(keys.prefix.shardTelemetries);
  const records = await Promise.all(found.map((key) => read(store, record.shardTelemetry.at(key))));
  const grading = records.filter(({ type }) => type === 'verify-shard');
  return { messages: found.length, seconds: grading.reduce((sum, record) => sum + record.seconds, 0) };
}

async function prepare(store: ObjectStore, model: string, times: number) {
  const stored = await storeBenchmarks(store, SETS, { ...process.env, ONESHOT_DATA: thirdPartyData });
  await put(store, record.model(model), { files: {} });
  const benchmarks = stored.map((set) => ({ ...set, samples: set.samples * times }));
  const settings = { benchmarks: SETS, template: 'chat', graders: ['reward'] } as const;
  const completions = benchmarks.reduce((sum, { problems, samples }) => sum + problems.length * samples, 0);
  return {
    request: evaluationRequest({ model, generatorVersion: 'waiting', benchmarks, settings }),
    completions,
  };
}

/** Starting a thread is not the plane's doing: the clock begins when all of them wait. */
async function startWorkers(place: BenchPlace): Promise<readonly Worker[]> {
  const workerData = { place, msPerCompletion: MS_PER_COMPLETION };
  const workers = Array.from(
    { length: WORKERS },
    () => new Worker(new URL('./plane/worker.ts', import.meta.url), { workerData }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  return workers;
}

async function stopWorker(worker: Worker): Promise<StoreCounts> {
  const reported = once(worker, 'message');
  worker.postMessage('stop');
  const [counts] = (await reported) as [StoreCounts];
  return counts;
}

function added(a: StoreCounts, b: StoreCounts): StoreCounts {
  return {
    puts: a.puts + b.puts,
    gets: a.gets + b.gets,
    lists: a.lists + b.lists,
    deletes: a.deletes + b.deletes,
    bytesIn: a.bytesIn + b.bytesIn,
    bytesOut: a.bytesOut + b.bytesOut,
  };
}

/** Requests of a sweep with nothing to repair, and of one page of the listing, beside 10,000 finished evaluations. */
async function measureIdle(): Promise<Record<string, number>> {
  const home = mkdtempSync(join(tmpdir(), 'oneshot-idle-'));
  const workspace = openWorkspace(home);
  try {
    for (let index = 0; index < LISTED_EVALUATIONS; index += 1) {
      const evaluation = String(index).padStart(26, 'e');
      await workspace.store.putOnce(keys.evaluationEntry(index, evaluation), new Uint8Array([123, 125]));
    }
    const sweeping = noCounts();
    await sweep({
      store: countingStore(workspace.store, sweeping),
      clock: { now: Date.now },
      send: async () => {},
      patienceMs: 1,
      intervalMs: Number.POSITIVE_INFINITY,
    });
    const listing = noCounts();
    const store = countingStore(workspace.store, listing);
    const page = await store.list(keys.prefix.evaluationEntries, { limit: 50 });
    await Promise.all(page.map((key) => store.get(key)));
    return {
      'idle/sweep_requests_at_10000': sweeping.lists + sweeping.gets,
      'idle/listing_requests_at_10000': listing.lists + listing.gets,
    };
  } finally {
    workspace.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function named(prefix: string, measured: Measured): Record<string, number> {
  return Object.fromEntries(Object.entries(measured).map(([name, value]) => [`${prefix}/${name}`, value]));
}

function target(what: string, value: number, limit: number) {
  return { what: `${what} ≤ ${limit}`, value, target: limit, met: value <= limit };
}
