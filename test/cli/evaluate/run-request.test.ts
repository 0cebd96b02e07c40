import { describe, expect, it } from 'vitest';
import { runRequest } from '#cli/evaluate/run-request.ts';
import { evaluationRequest } from '#shared/benchmarks/evaluation-request.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { evaluationId, generationBasis, generationId } from '#shared/storage/evaluation-identity.ts';
import { putProblemSet } from '#shared/storage/problem-sets.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const MODEL = 'm'.repeat(26);
const store = new MemoryStore();
const nothing = {
  benchmarks: undefined,
  limit: undefined,
  maxTokens: undefined,
  samples: undefined,
  template: undefined,
  graders: undefined,
};

/** As a run has it: a set of its own with another protocol than any benchmark's. */
async function ownRequest(): Promise<EvaluationRequest> {
  const problems = [1, 2, 3].map((n) => ({
    id: `micro-aime24/x${n}`,
    problem: `${n} + 1`,
    answer: `${n + 1}`,
  }));
  const digest = await putProblemSet(store, problems);
  const protocol = { samples: 3, temperature: 0.7, topP: 0.9, maxTokens: 17 };
  return evaluationRequest({
    model: MODEL,
    generatorVersion: 'earlier',
    benchmarks: [{ name: 'micro-aime24', ...protocol, digest, problems }],
    settings: { benchmarks: ['micro-aime24'], template: 'llama', graders: ['benchmark'], limit: 2 },
  });
}
const request = (own: EvaluationRequest | null, changes: Partial<Parameters<typeof runRequest>[3]>) =>
  runRequest(store, own, MODEL, { ...nothing, ...changes }, {});

describe('what the checkpoints of a run are scored by', () => {
  it('is the own request of the run, to the byte, where nothing else is named', async () => {
    const own = await ownRequest();
    expect(await request(own, {})).toEqual(own);
  });

  it('of another grader are the same completions', async () => {
    const own = await ownRequest();
    const other = await request(own, { graders: ['reward', 'benchmark'] });
    expect(generationId(other.generation)).toBe(generationId(own.generation));
    expect(evaluationId(other)).not.toBe(evaluationId(own));
  });

  it('with one more benchmark keeps template, limit and the sets that it has', async () => {
    const own = await ownRequest();
    const { generation, problemSets, graders } = await request(own, {
      benchmarks: ['micro-aime24', 'micro-minerva'],
    });
    expect(generation.template.kind).toBe('llama');
    expect(generation.sets[0]).toEqual(own.generation.sets[0]);
    expect(generation.sets[1]?.benchmark).toBe('micro-minerva');
    expect(problemSets['micro-aime24']).toEqual(own.problemSets['micro-aime24']);
    expect(problemSets['micro-minerva']?.limit).toBe(2);
    expect(graders.map(({ name }) => name)).toEqual(['benchmark']);
  });

  it('of more samples keeps all else that decides a completion', async () => {
    const own = await ownRequest();
    const { generation } = await request(own, { samples: 9 });
    const [set] = own.generation.sets;
    expect(generation.sets).toEqual([{ ...set, samples: 9 }]);
  });

  it('keeps the server that has made the completions of the run', async () => {
    const own = await ownRequest();
    const by = { generator: { kind: 'endpoint', name: 'vllm', version: '0.32' }, precision: 'bf16' } as const;
    const served = { ...own, generation: { ...own.generation, ...by } };
    const { generation } = await request(served, { benchmarks: ['micro-aime24', 'micro-minerva'] });
    expect(generationBasis(generation)).toBe(generationBasis(served.generation));
  });

  it('has to be named where the run has none', async () => {
    await expect(request(null, { graders: ['reward'] })).rejects.toMatchObject({
      code: 'benchmarks-missing',
    });
    const named = await request(null, { benchmarks: ['micro-minerva'], limit: 1 });
    expect([named.generation.template.kind, named.graders[0]?.name]).toEqual(['chat', 'reward']);
  });
});
