import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '#cli/evaluate/evaluate.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { storeBenchmarks } from '#cli/push/store-benchmarks.ts';
import { storeModel } from '#cli/push/store-model.ts';
import type { Emulator } from '#scripts/emulator/emulator-process.ts';
import { startMinistack } from '#scripts/emulator/start-ministack.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Completion, EvaluationRequest } from '#shared/records/evaluations.ts';
import { type Part, readPart } from '#shared/storage/completion-part.ts';
import { generationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { indexProblemSet } from '#shared/storage/problem-set-index.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { writeRandomModel } from '../shared/inference/random-model.ts';
import { DeployedPlane } from './deployed-plane.ts';

const MICRO = join(packageRoot, 'trainer/microcosm/bases/habit-62-46');
const SETS = ['micro-aime24'];
/** A model of 0.5 billion parameters would not be made, pushed and rounded in a test: 21 million of its proportions. */
const SHAPE = {
  ...{ layers: 6, hidden: 512, intermediate: 2048, heads: 8, kvHeads: 2, headDim: 64 },
  ...{ vocabulary: 166, context: 1024 },
};

const emulator = await startMinistack({ auth: true });

describe.skipIf(emulator.kind === 'missing')('a deployed function whose time is short', () => {
  let plane: DeployedPlane;
  let folder: string;

  beforeAll(async () => {
    folder = await writeRandomModel(SHAPE);
    for (const file of ['tokenizer.json', 'tokenizer_config.json', 'generation_config.json'])
      await copyFile(join(MICRO, file), join(folder, file));
    plane = await DeployedPlane.deploy(emulator as Emulator, ['generateTimeoutSeconds=20']); // checked by skipIf
  }, 290_000);

  afterAll(async () => {
    await plane?.close();
    if (emulator.kind === 'running') await emulator.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('hands completions over, and they have the bytes of the local runner', async () => {
    const { store } = plane.workspace;
    const model = await storeModel(store, folder);
    for (const { name, digest } of await storeBenchmarks(store, SETS, process.env))
      await indexProblemSet(store, name, digest, Date.now());
    const asked = { model, benchmarks: SETS, limit: 30, maxTokens: 600, precision: 'int8' };
    const evaluation = await plane.evaluate(asked);
    expect(await plane.follow(evaluation, 240_000)).toMatchObject({ status: 'done' });
    const request = await read(store, record.evaluationRequest(evaluation));
    const parts = await partsOf(store, request);
    const open = parts.flatMap((part) => part.open);
    const tokens = open.reduce((sum, { begun }) => sum + begun.length, 0);
    const caches = open.filter(({ cache }) => cache !== undefined).length; // as many as there was time for
    process.stderr.write(
      `hand-over: ${parts.length} parts, ${open.length} completions of ${tokens} tokens handed over, ${caches} with caches\n`,
    );
    expect(open.length).toBeGreaterThan(0);
    const { scores, completions } = await ofLocalRunner(request, folder);
    expect(completionsOf(parts)).toEqual(completions);
    expect(await store.get(keys.summary({ evaluation, round: 0 }))).toEqual(scores);
  });
});

async function partsOf(store: ObjectStore, { generation }: EvaluationRequest): Promise<readonly Part[]> {
  const found = await store.list(keys.prefix.allParts(generationId(generation)));
  return Promise.all(found.map((key) => readPart(store, key)));
}

function completionsOf(parts: readonly Part[]): readonly Completion[] {
  const nameOf = ({ problem, sample }: Completion) => `${problem} ${sample}`;
  const all = parts.flatMap(({ completions }) => completions);
  return all.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

/** The same request in a workspace of this machine. */
async function ofLocalRunner(request: EvaluationRequest, folder: string) {
  const home = await mkdtemp(join(tmpdir(), 'oneshot-local-'));
  const workspace = openWorkspace(home);
  try {
    await storeModel(workspace.store, folder);
    await storeBenchmarks(workspace.store, SETS, process.env);
    const quiet = { onProgress: () => {}, onTakenOver: () => {}, onProblem: () => {} };
    const settings = { workers: 1, threads: 2, ...quiet };
    const { evaluation } = await evaluate({ ...workspace, remote: false }, request, settings);
    return {
      completions: completionsOf(await partsOf(workspace.store, request)),
      scores: await workspace.store.get(keys.summary({ evaluation, round: 0 })),
    };
  } finally {
    workspace.close();
    await rm(home, { recursive: true, force: true });
  }
}
