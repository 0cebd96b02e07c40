import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fetchModelFolder, pushModelFolder } from '#shared/adapters/local/model-folder.ts';
import { type EvaluationSettings, evaluationRequest } from '#shared/benchmarks/evaluation-request.ts';
import { benchmarkByName } from '#shared/benchmarks/registry.ts';
import type { EvaluationRequest, Item, RoundManifest } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { evaluationId, generationId } from '#shared/storage/evaluation-identity.ts';
import { putProblemSet } from '#shared/storage/problem-sets.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { MemoryStore } from '../../../ports/memory-store.ts';

const bases = resolve(import.meta.dirname, '../../../../trainer/microcosm/bases');
export const ENDPOINT = 'gpu';

/** A shard of an evaluation by a model server, ready to be generated. */
export interface MicroShard {
  readonly request: EvaluationRequest;
  readonly items: readonly Item[];
  readonly problems: ReadonlyMap<string, Problem>;
  readonly message: {
    readonly schemaVersion: 1;
    readonly type: 'generate-shard';
    readonly evaluation: string;
    readonly round: 0;
    readonly shard: 0;
  };
}

/** A store with the two base models of the microcosm, which have one shape, and folders made from it. */
export class MicroModels {
  readonly store = new MemoryStore();
  readonly cache: string;
  readonly first: string;
  readonly second: string;

  private constructor(cache: string, first: string, second: string, store: MemoryStore) {
    this.cache = cache;
    this.first = first;
    this.second = second;
    this.store = store;
  }

  static async create(): Promise<MicroModels> {
    const store = new MemoryStore();
    const first = await pushModelFolder(store, join(bases, 'habit-62-46'));
    const second = await pushModelFolder(store, join(bases, 'habit-70-35'));
    return new MicroModels(await mkdtemp(join(tmpdir(), 'micro-models-')), first, second, store);
  }

  fetchModel = (digest: string): Promise<string> => fetchModelFolder(this.store, digest, this.cache);

  /** @param seed - of the generation: another seed is another shard */
  async shard(
    model: string,
    { benchmark, problems: limit, seed = 0 }: { benchmark: string; problems: number; seed?: number },
  ): Promise<MicroShard> {
    const { source, ...protocol } = benchmarkByName(benchmark);
    if (!('procedural' in source)) throw new Error(`${benchmark} is not of the microcosm`);
    const problems = source.procedural().slice(0, limit);
    const digest = await putProblemSet(this.store, problems);
    const settings: EvaluationSettings = { benchmarks: [benchmark], template: 'chat', graders: ['reward'] };
    const stored = [{ ...protocol, problems, digest }];
    const asked = evaluationRequest({ model, generatorVersion: '', benchmarks: stored, settings });
    const generator = { kind: 'endpoint' as const, name: ENDPOINT, version: 'vllm' };
    const request = { ...asked, generation: { ...asked.generation, generator, seed } };
    const items = problems.flatMap(({ id }) =>
      Array.from({ length: protocol.samples }, (_, sample) => ({ problem: id, sample })),
    );
    const evaluation = evaluationId(request);
    const message = { schemaVersion: 1, type: 'generate-shard', evaluation, round: 0, shard: 0 } as const;
    await put(this.store, record.evaluationRequest(evaluation), request);
    const manifest: RoundManifest = {
      schemaVersion: 1,
      generation: generationId(request.generation),
      shards: [{ shard: 0, items }],
    };
    await put(this.store, record.roundManifest(message), manifest);
    return { request, items, problems: new Map(problems.map((problem) => [problem.id, problem])), message };
  }

  async remove(): Promise<void> {
    await rm(this.cache, { recursive: true, force: true });
  }
}
