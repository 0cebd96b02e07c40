import { cutShards } from '#functions/plan/cut-shards.ts';
import { expectedTokens } from '#shared/benchmarks/registry.ts';
import type { GenerationSpec } from '#shared/records/evaluations.ts';
import { type Asked, MAX_TOKENS } from './completions.ts';

/** Completions of a shard as plan cuts them today, at most. */
export const CURRENT_SHARD = 25;

/**
 * Cuts completions into shards by the plan stage's own code. Another size of shards is had by telling it that completions
 * take so many times the tokens.
 *
 * @param size - completions of a shard, at most
 */
export function planShards(asked: readonly Asked[], size: number): readonly (readonly Asked[])[] {
  const byName = new Map(asked.map((each) => [nameOf(each), each]));
  const byBenchmark = Map.groupBy(asked, ({ problem }) => problem.split('/')[0] ?? '');
  const longer = CURRENT_SHARD / size;
  const sets = [...byBenchmark].map(([benchmark, all]) => ({
    benchmark,
    problems: 'p'.repeat(26),
    samples: 1 + Math.max(...all.map(({ sample }) => sample)),
    temperature: 0,
    topP: 1,
    maxTokens: Math.ceil(MAX_TOKENS * longer),
  }));
  const problems = new Map(
    [...byBenchmark].map(([benchmark, all]) => {
      const ids = new Set(all.map(({ problem }) => problem));
      return [benchmark, [...ids].map((id) => ({ id, problem: id, answer: '0' }))];
    }),
  );
  const shards = cutShards({ ...SPEC, sets }, problems, (name) => Math.floor(longer * expectedTokens(name)));
  return shards.map(({ items }) => items.flatMap((item) => byName.get(nameOf(item)) ?? []));
}

/** What the cuts do not depend on. */
const SPEC: Omit<GenerationSpec, 'sets'> = {
  model: 'm'.repeat(26),
  template: { kind: 'chat', digest: 't'.repeat(26) },
  stop: [],
  precision: 'fp32',
  generator: { kind: 'onnx', version: 'simulated' },
  seed: 0,
};

function nameOf({ problem, sample }: Pick<Asked, 'problem' | 'sample'>): string {
  return `${problem}#${sample}`;
}
