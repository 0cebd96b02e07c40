import { indexEvaluation, type Origin } from '#functions/plan/index-evaluation.ts';
import { finish } from '#functions/round/finish.ts';
import { evaluationRequest } from '#shared/benchmarks/evaluation-request.ts';
import { inParallel } from '#shared/in-parallel.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Item, ScoredItem } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';
import { encodePart } from '#shared/storage/completion-part.ts';
import { evaluationId, generationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { putProblemSet } from '#shared/storage/problem-sets.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';

/** How large an evaluation is. */
export interface Shape {
  readonly sets: readonly { readonly name: string; readonly problems: number; readonly samples: number }[];
  readonly shardItems: number;
  /** Length of a completion, letters. */
  readonly letters: number;
}

/** The paper's six sets: 2,247 completions. */
export const SIX_SETS: Shape = {
  sets: [
    { name: 'math500', problems: 500, samples: 1 },
    { name: 'aime24', problems: 30, samples: 8 },
    { name: 'amc23', problems: 40, samples: 8 },
    { name: 'minerva_math', problems: 272, samples: 1 },
    { name: 'olympiadbench', problems: 675, samples: 1 },
    { name: 'aime25', problems: 30, samples: 8 },
  ],
  shardItems: 25,
  letters: 3000,
};

/** Writers at a time: the disk is waited for. */
const WRITERS = 16;
const WORDS = 'so we have the sum of all terms equal to x squared plus 7 and hence by induction'.split(' ');

/**
 * Puts an evaluation that is over, with made-up completions and verdicts of two graders.
 *
 * @param seed - decides texts and verdicts
 * @param checkpoint - whose it is
 * @returns its id
 */
export async function fillEvaluation(
  store: ObjectStore,
  model: string,
  shape: Shape,
  seed: number,
  checkpoint?: Origin,
): Promise<string> {
  const benchmarks = await Promise.all(
    shape.sets.map(async ({ name, problems: count, samples }) => {
      const problems = Array.from(
        { length: count },
        (_, i): Problem => ({
          ...{
            id: `${name}/${i}`,
            problem: `What is the sum of ${i} and ${count}?`,
            answer: String(i + count),
          },
          subject: `subject ${i % 7}`,
        }),
      );
      const digest = await putProblemSet(store, problems);
      return { name, samples, temperature: 0.6, topP: 1, maxTokens: 3072, digest, problems };
    }),
  );
  const settings = { benchmarks: [], template: 'chat', graders: ['reward', 'benchmark'] } as const;
  const request = evaluationRequest({ model, generatorVersion: 'made-up', benchmarks, settings });
  const [evaluation, generation] = [evaluationId(request), generationId(request.generation)];
  const ref = { evaluation, round: 0 };
  const items = benchmarks.flatMap(({ problems, samples }) =>
    problems.flatMap(({ id: problem }) =>
      Array.from({ length: samples }, (_, sample) => ({ problem, sample })),
    ),
  );
  const shards = Array.from({ length: Math.ceil(items.length / shape.shardItems) }, (_, shard) => ({
    shard,
    items: items.slice(shard * shape.shardItems, (shard + 1) * shape.shardItems),
  }));
  await put(store, record.evaluationRequest(evaluation), request);
  await put(store, record.roundManifest(ref), { generation, shards });
  await inParallel(shards, WRITERS, async ({ shard, items: asked }) => {
    const random = new RandomStream(seed, shard);
    const header = { schemaVersion: 1, generation, shard, part: 0, policy: 'verified' } as const;
    const completions = asked.map((item) => ({
      ...item,
      ...{ text: textOf(random, shape.letters), tokens: shape.letters / 4, finish: 'stop' as const },
    }));
    await store.putOnce(
      keys.part(generation, shard, 0),
      encodePart({ header, completions, unanswered: [], open: [] }),
    );
    const scored = asked.map((item) => scoredItem(item, random, shape.letters / 4));
    await put(store, record.outcome(ref, shard), { kind: 'scored', policy: 'verified', items: scored });
  });
  await finish(ref, store);
  await indexEvaluation(request, seed, checkpoint, store);
  return evaluation;
}

/** A piece of a long text that says nothing. */
function textOf(random: RandomStream, letters: number): string {
  const start = random.integer(0, PROSE.length - letters);
  return PROSE.slice(start, start + letters);
}

const PROSE = (() => {
  const random = new RandomStream(0, 0);
  return Array.from({ length: 20_000 }, () => random.pick(WORDS)).join(' ');
})();

function scoredItem({ problem, sample }: Item, random: RandomStream, tokens: number): ScoredItem {
  const verdict = random.integer(0, 1) === 0 ? 'correct' : 'incorrect';
  const other = random.integer(0, 19) === 0 ? 'incorrect' : verdict;
  const of = (kind: typeof verdict) => ({ verdict: kind, reason: 'made-up', extracted: '12' });
  return {
    ...{ problem, sample, subject: 'subject 1', tokens, truncated: random.integer(0, 9) === 0, boxed: true },
    ...{ reflection: [], verdicts: { reward: of(verdict), benchmark: of(other) } },
  };
}
