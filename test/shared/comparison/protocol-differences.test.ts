import { describe, expect, it } from 'vitest';
import { evaluationRequest } from '#shared/benchmarks/evaluation-request.ts';
import { protocolDifferences } from '#shared/comparison/protocol-differences.ts';
import type { EvaluationRequest, GenerationSet, GenerationSpec } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';

const DIGEST = 'p'.repeat(26);

function asked({
  answer = '2',
  question = '1 + 1',
  digest = DIGEST,
  names = ['sums'],
  limit = 2,
} = {}): EvaluationRequest {
  const benchmarks = names.map((name) => ({
    ...{ name, samples: 4, temperature: 0.6, topP: 1, maxTokens: 3072, digest },
    problems: [0, 1, 2].map((i): Problem => ({ id: `${name}/${i}`, problem: question, answer })),
  }));
  const settings = { benchmarks: names, template: 'chat', graders: ['reward'], limit } as const;
  return evaluationRequest({ model: 'm'.repeat(26), generatorVersion: '1', benchmarks, settings });
}

function withSet(changes: Partial<GenerationSet>): EvaluationRequest {
  const { generation, ...request } = asked();
  return {
    ...request,
    generation: { ...generation, sets: generation.sets.map((set) => ({ ...set, ...changes })) },
  };
}

function withSpec(changes: Partial<GenerationSpec>): EvaluationRequest {
  const { generation, ...request } = asked();
  return { ...request, generation: { ...generation, ...changes } };
}

const differences = (second: EvaluationRequest, first = asked()) =>
  protocolDifferences(first, second, 'reward');

describe('protocolDifferences', () => {
  it('are none where the weights alone differ, or what recorded models wrote', () => {
    expect(differences(withSpec({ model: 'n'.repeat(26) }))).toEqual([]);
    const recorded = (digit: string) =>
      withSpec({ generator: { kind: 'recorded', completions: digit.repeat(64) } });
    expect(differences(recorded('1'), recorded('2'))).toEqual([]);
  });

  it.each<[string, EvaluationRequest, string, string]>([
    ['samples', withSet({ samples: 8 }), '4', '8'],
    ['temperature', withSet({ temperature: 0 }), '0.6', '0'],
    ['top-p', withSet({ topP: 0.95 }), '1', '0.95'],
    ['max-tokens', withSet({ maxTokens: 64 }), '3072', '64'],
  ])('of %s are of a benchmark, and may move scores', (what, second, before, after) => {
    expect(differences(second)).toEqual([
      { what, severity: 'may-move-scores', benchmark: 'sums', first: before, second: after },
    ]);
  });

  it.each<[string, EvaluationRequest, string, string]>([
    ['precision', withSpec({ precision: 'bf16' }), 'fp32', 'bf16'],
    ['seed', withSpec({ seed: 7 }), '0', '7'],
    ['stop', withSpec({ stop: ['.'] }), '["</s>","<|im_end|>","<|endoftext|>"]', '["."]'],
    ['generator', withSpec({ generator: { kind: 'onnx', version: '2' } }), 'onnx 1', 'onnx 2'],
    [
      'generator',
      withSpec({ generator: { kind: 'endpoint', name: 'box', version: '1' } }),
      'onnx 1',
      'box 1',
    ],
    [
      'prompt',
      withSpec({ template: { kind: 'llama', digest: 'q'.repeat(26) } }),
      `chat (${asked().generation.template.digest})`,
      `llama (${'q'.repeat(26)})`,
    ],
  ])('of %s may move scores', (what, second, before, after) => {
    expect(differences(second)).toEqual([
      { what, severity: 'may-move-scores', first: before, second: after },
    ]);
  });

  it('of the version of a grader may move scores', () => {
    const second = { ...asked(), graders: [{ name: 'reward' as const, version: 'new' }] };
    expect(differences(second)).toMatchObject([
      { what: 'grader', severity: 'may-move-scores', second: 'reward new' },
    ]);
  });

  it('of questions or answers are of pairs that do not match', () => {
    const other = { digest: 'q'.repeat(26) };
    const questions = differences(asked({ ...other, question: '2 + 2' }));
    expect(questions).toMatchObject([
      { what: 'problems', severity: 'pairs-do-not-match', benchmark: 'sums' },
    ]);
    const answers = differences(asked({ ...other, answer: '3' }));
    expect(answers).toMatchObject([{ what: 'answers', severity: 'pairs-do-not-match', benchmark: 'sums' }]);
    expect(differences(asked(other))).toEqual([]);
  });

  it('of limits leave pairs that match', () => {
    expect(differences(asked({ limit: 1 }))).toEqual([
      { what: 'limit', severity: 'may-move-scores', benchmark: 'sums', first: '2', second: '1' },
    ]);
  });

  it('of benchmarks name all of both, in whatever order they were asked for', () => {
    const both = asked({ names: ['sums', 'more'] });
    expect(differences(both)).toMatchObject([{ what: 'benchmarks', first: 'sums', second: 'more, sums' }]);
    expect(differences(asked({ names: ['more', 'sums'] }), both)).toEqual([]);
  });
});
