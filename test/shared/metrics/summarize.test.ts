import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#shared/encoding/canonical-json.ts';
import { sha256Words } from '#shared/encoding/digest.ts';
import { averageInterval, type SetMean } from '#shared/metrics/average-interval.ts';
import { boundedMeanInterval } from '#shared/metrics/bounded-mean-interval.ts';
import { type RoundResult, summarize } from '#shared/metrics/summarize.ts';
import { wilsonInterval } from '#shared/metrics/wilson-interval.ts';
import {
  EvaluationRequest,
  type Item,
  type Outcome,
  type RoundManifest,
  type ScoredItem,
} from '#shared/records/evaluations.ts';
import type { Unversioned } from '#shared/records/ids.ts';
import { type BenchmarkSummary, type Score, Summary } from '#shared/records/summary.ts';

const DIGEST = 'a'.repeat(26);

describe('summarize', () => {
  it('gives the mean over problems of the mean over samples, and what else there is to count', () => {
    const items = [
      scored('set/1', 0, { correct: true, subject: 'algebra', tokens: 10, reflection: ['recheck'] }),
      scored('set/1', 1, { correct: false, subject: 'algebra', tokens: 20, truncated: true }),
      scored('set/2', 0, {
        correct: true,
        subject: 'geometry',
        tokens: 30,
        reflection: ['recheck', 'rethink'],
      }),
      scored('set/2', 1, { correct: true, subject: 'geometry', tokens: 60, boxed: true }),
    ];
    const { graders, coverage, policy, model } = summarize(roundOf([set('set', 2, 0.6)], [items]));
    expect({ coverage, policy, model }).toEqual({
      coverage: { shards: 1, scored: 1, failed: {} },
      policy: 'verified',
      model: DIGEST,
    });
    expect(graders['reward']?.benchmarks).toEqual([
      {
        benchmark: 'set',
        problems: 2,
        samplesPerProblem: 2,
        completions: 4,
        failed: 0,
        score: { mean: 0.75, interval: sampledInterval([0.5, 1], 'set'), bounds: [0.75, 0.75] },
        subjects: { algebra: { problems: 1, mean: 0.5 }, geometry: { problems: 1, mean: 1 } },
        meanTokens: 30,
        truncatedShare: 0.25,
        boxedShare: 0.25,
        reflection: { recheck: 2, rethink: 1 },
        reasons: { equal: 3, unequal: 1 },
      },
    ]);
    expect(graders['reward']?.average.mean).toBe(0.75);
  });

  it('takes the interval of Wilson for one greedy sample a problem, else that of bounded means', () => {
    const items = Array.from({ length: 10 }, (_, i) => scored(`set/${i}`, 0, { correct: i < 7 }));
    const intervalAt = (temperature: number) =>
      summarize(roundOf([set('set', 1, temperature)], [items])).graders['reward']?.benchmarks[0]?.score
        .interval;
    expect(intervalAt(0)).toEqual(wilsonInterval(7, 10));
    const scores = items.map((_, i) => Number(i < 7));
    expect(intervalAt(0.6)).toEqual(sampledInterval(scores, 'set'));
  });

  it('has an interval with width where all samples are wrong or all are right, for the average too', () => {
    for (const correct of [false, true]) {
      const items = ['a', 'b'].map((name) =>
        [0, 1, 2].flatMap((problem) =>
          [0, 1].map((sample) => scored(`${name}/${problem}`, sample, { correct })),
        ),
      );
      const { graders } = summarize(roundOf([set('a', 2, 0.6), set('b', 2, 0.6)], items));
      const { average, benchmarks } = graders['reward'] as Summary['graders'][string];
      for (const score of [average, ...benchmarks.map((benchmark) => benchmark.score)]) {
        const [low, high] = score.interval as [number, number];
        expect(score.mean).toBe(Number(correct));
        expect(high - low).toBeGreaterThan(0.4);
      }
    }
  });

  it('leaves means and intervals open where a shard failed, and says within which bounds they lie', () => {
    const sets = [set('a', 1, 0), set('b', 1, 0)];
    const round = roundOf(sets, [
      [scored('a/1', 0, { correct: true }), scored('a/2', 0, { correct: false })],
      [scored('b/1', 0, { correct: true }), scored('b/2', 0, { correct: false })],
      [scored('b/3', 0, {}), scored('b/4', 0, {})],
    ]);
    const outcomes = new Map(round.outcomes).set(2, {
      schemaVersion: 1,
      kind: 'failed',
      reason: 'worker-lost',
    });
    const { graders, coverage } = summarize({ ...round, outcomes });
    expect(coverage).toEqual({ shards: 3, scored: 2, failed: { 'worker-lost': 1 } });
    const [a, b] = graders['reward']?.benchmarks ?? [];
    expect(a?.score.mean).toBe(0.5);
    expect(b).toMatchObject({
      problems: 4,
      completions: 2,
      failed: 2,
      subjects: {},
      score: { mean: null, interval: null, bounds: [0.25, 0.75] },
    });
    expect(graders['reward']?.average).toEqual({ mean: null, interval: null, bounds: [0.375, 0.625] });
  });

  it('knows nothing of a set that failed altogether', () => {
    const round = roundOf([set('set', 1, 0)], [[scored('set/1', 0, {})]]);
    const outcomes = new Map<number, Outcome>([[0, { schemaVersion: 1, kind: 'failed', reason: 'dead' }]]);
    const [benchmark] = summarize({ ...round, outcomes }).graders['reward']?.benchmarks ?? [];
    expect(benchmark).toMatchObject({
      score: { mean: null, interval: null, bounds: [0, 1] },
      meanTokens: null,
      truncatedShare: null,
      boxedShare: null,
      reasons: {},
    });
  });

  it('counts a gold that nobody could match, but not into the score', () => {
    const items = [
      scored('set/1', 0, { correct: true }),
      scored('set/2', 0, { correct: false }),
      scored('set/3', 0, { reason: 'gold-invalid' }),
    ];
    const [benchmark] = summarize(roundOf([set('set', 1, 0)], [items])).graders['reward']?.benchmarks ?? [];
    expect(benchmark?.problems).toBe(3);
    expect(benchmark?.score).toEqual({ mean: 0.5, interval: wilsonInterval(1, 2), bounds: [0.5, 0.5] });
    expect(benchmark?.reasons).toEqual({ equal: 1, 'gold-invalid': 1, unequal: 1 });
  });

  it('has no score where no gold could be matched', () => {
    const items = [
      scored('set/1', 0, { reason: 'gold-invalid' }),
      scored('set/2', 0, { reason: 'gold-invalid' }),
    ];
    const { average, benchmarks } = summarize(roundOf([set('set', 1, 0)], [items])).graders['reward'] ?? {};
    expect(benchmarks?.[0]?.score).toEqual({ mean: null, interval: null, bounds: [0, 1] });
    expect(average).toEqual({ mean: null, interval: null, bounds: [0, 1] });
  });

  it('calls the policy verified only where every worker verified it', () => {
    const round = roundOf([set('set', 1, 0)], [[scored('set/1', 0, {})], [scored('set/2', 0, {})]]);
    expect(summarize(round).policy).toBe('verified');
    const claimed = {
      ...(round.outcomes.get(1) as Outcome & { kind: 'scored' }),
      policy: 'claimed' as const,
    };
    expect(summarize({ ...round, outcomes: new Map(round.outcomes).set(1, claimed) }).policy).toBe('claimed');
  });

  it('counts a sample that its outcome lacks as failed', () => {
    const round = roundOf(
      [set('set', 2, 1)],
      [[scored('set/1', 0, { correct: true }), scored('set/1', 1, {})]],
    );
    const { items, ...outcome } = round.outcomes.get(0) as Outcome & { kind: 'scored' };
    const outcomes = new Map([[0, { ...outcome, items: items.slice(0, 1) }]]);
    const [benchmark] = summarize({ ...round, outcomes }).graders['reward']?.benchmarks ?? [];
    expect(benchmark).toMatchObject({ failed: 1, score: { mean: null, bounds: [0.5, 1] } });
  });

  it('counts what could not be asked for with its reason, and bounds the score of its set alone', () => {
    const round = roundOf(
      [set('a', 1, 0), set('b', 1, 0)],
      [[scored('a/1', 0, { correct: true }), scored('a/2', 0, {}), scored('b/1', 0, { correct: true })]],
    );
    const { items, ...outcome } = round.outcomes.get(0) as Outcome & { kind: 'scored' };
    const { problem, sample } = items[1] as ScoredItem;
    const open = { ...outcome, items: [items[0], items[2]] as ScoredItem[] };
    const unanswered = [{ problem, sample, reason: 'prompt-too-long' }];
    const outcomes = new Map<number, Outcome>([[0, { ...open, unanswered }]]);
    const { coverage, graders } = summarize({ ...round, outcomes });
    expect(coverage).toEqual({ shards: 1, scored: 1, failed: {}, unanswered: { 'prompt-too-long': 1 } });
    const [a, b] = graders['reward']?.benchmarks ?? [];
    expect(a).toMatchObject({ failed: 1, score: { mean: null, bounds: [0.5, 1] } });
    expect(b?.score.mean).toBe(1);
  });

  it('refuses a round that is not complete', () => {
    const round = roundOf([set('set', 1, 0)], [[scored('set/1', 0, {})]]);
    expect(() => summarize({ ...round, outcomes: new Map() })).toThrow('shard 0 has no outcome');
  });

  it('counts whatever names there are, those of inherited members too', () => {
    const items = [
      scored('set/1', 0, { reason: 'constructor', subject: 'toString', reflection: ['valueOf'] }),
    ];
    const [benchmark] = summarize(roundOf([set('set', 1, 0)], [items])).graders['reward']?.benchmarks ?? [];
    expect(benchmark).toMatchObject({ reasons: { constructor: 1 }, reflection: { valueOf: 1 } });
    expect(Object.keys(benchmark?.subjects ?? {})).toEqual(['toString']);
  });

  it('equals a naive recomputation', () => {
    fc.assert(
      fc.property(rounds, (round) => {
        const summary = summarize(round);
        const stored = { schemaVersion: 1, ...summary };
        expect(Summary.parse(stored)).toEqual(stored);
        expect(summary).toEqual(naiveSummary(round));
      }),
      { numRuns: 150 },
    );
  });

  it('is the same bytes whatever the order of outcomes and of the items in them', () => {
    fc.assert(
      fc.property(rounds, (round) => {
        const outcomes = [...round.outcomes].reverse().map(([shard, outcome]): [number, Outcome] => {
          return [
            shard,
            outcome.kind === 'scored' ? { ...outcome, items: outcome.items.toReversed() } : outcome,
          ];
        });
        const other = summarize({ ...round, outcomes: new Map(outcomes) });
        expect(JSON.stringify(other)).toBe(JSON.stringify(summarize(round)));
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same scores however the work was cut into shards', () => {
    fc.assert(
      fc.property(rounds, (round) => {
        // What failed fails in a shard of its own.
        const single = round.manifest.shards
          .flatMap(({ shard, items }) =>
            items.map((item, i) => [item, only(round.outcomes.get(shard) as Outcome, i)] as const),
          )
          .reverse();
        const manifest = {
          ...round.manifest,
          shards: single.map(([item], shard) => ({ shard, items: [item] })),
        };
        const outcomes = new Map(single.map(([, outcome], shard) => [shard, outcome]));
        const cutAnew = summarize({ ...round, manifest, outcomes });
        expect(canonicalJson(cutAnew.graders)).toBe(canonicalJson(summarize(round).graders));
      }),
      { numRuns: 40 },
    );
  });

  it('bounds every mean that the failed shards could have led to', () => {
    fc.assert(
      fc.property(rounds, fc.boolean(), (round, right) => {
        const outcomes = new Map(
          round.manifest.shards.map(({ shard, items }) => {
            const outcome = round.outcomes.get(shard) as Outcome;
            if (outcome.kind === 'scored') return [shard, outcome];
            const made = items.map((item) => scored(item.problem, item.sample, { correct: right }));
            return [
              shard,
              { schemaVersion: 1, kind: 'scored', policy: 'verified', items: made } satisfies Outcome,
            ];
          }),
        );
        const bounded = summarize(round).graders['reward']?.benchmarks ?? [];
        const known = summarize({ ...round, outcomes }).graders['reward']?.benchmarks ?? [];
        for (const [i, { score }] of known.entries()) {
          const [low, high] = bounded[i]?.score.bounds ?? [Number.NaN, Number.NaN];
          if (score.mean !== null) expect(score.mean).toBe(right ? high : low);
        }
      }),
      { numRuns: 60 },
    );
  });
});

interface Told {
  readonly correct?: boolean;
  readonly reason?: string;
  readonly subject?: string | undefined;
  readonly tokens?: number;
  readonly truncated?: boolean;
  readonly boxed?: boolean;
  readonly reflection?: string[];
}

function scored(problem: string, sample: number, told: Told): ScoredItem {
  const { correct = false, reason = correct ? 'equal' : 'unequal', subject, tokens = 5 } = told;
  return {
    problem: problem,
    ...(subject === undefined ? {} : { subject }),
    sample,
    tokens,
    truncated: told.truncated ?? false,
    boxed: told.boxed ?? false,
    reflection: told.reflection ?? [],
    verdicts: {
      reward: { verdict: correct ? 'correct' : 'incorrect', reason },
      format: { verdict: told.boxed ? 'correct' : 'no-answer', reason: told.boxed ? 'boxed' : 'no-box' },
    },
  };
}

type SetOfRequest = EvaluationRequest['generation']['sets'][number];

function set(benchmark: string, samples: number, temperature: number): SetOfRequest {
  return { benchmark, problems: DIGEST, samples, temperature, topP: 1, maxTokens: 100 };
}

/** A round whose shards hold the given items and were all scored. */
function roundOf(sets: readonly SetOfRequest[], shards: readonly (readonly ScoredItem[])[]): RoundResult {
  const request = EvaluationRequest.parse({
    schemaVersion: 1,
    generation: {
      model: DIGEST,
      template: { kind: 'chat', digest: DIGEST },
      stop: [],
      precision: 'fp32',
      generator: { kind: 'onnx', version: '1' },
      seed: 0,
      sets,
    },
    problemSets: {},
    golds: DIGEST,
    graders: ['reward', 'format'].map((name) => ({ name, version: '1' })),
  });
  const itemsOf = (items: readonly ScoredItem[]): Item[] =>
    items.map(({ problem, sample }) => ({ problem, sample }));
  const manifest: RoundManifest = {
    schemaVersion: 1,
    generation: DIGEST,
    shards: shards.map((items, shard) => ({ shard, items: itemsOf(items) })),
  };
  const outcomes = shards.map((items, shard): [number, Outcome] => [
    shard,
    { schemaVersion: 1, kind: 'scored', policy: 'verified', items: [...items] },
  ]);
  return { evaluation: DIGEST, round: 0, request, manifest, outcomes: new Map(outcomes) };
}

function only(outcome: Outcome, i: number): Outcome {
  return outcome.kind === 'scored' ? { ...outcome, items: [outcome.items[i] as ScoredItem] } : outcome;
}

const told = fc.record({
  correct: fc.boolean(),
  tokens: fc.nat(50),
  truncated: fc.boolean(),
  boxed: fc.boolean(),
  reflection: fc.subarray(['rethink', 'recheck', 'recalculate']),
});

const setShapes = fc.record({
  samples: fc.integer({ min: 1, max: 3 }),
  temperature: fc.constantFrom(0, 0.6),
  problems: fc.array(
    fc.record({
      invalid: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      subject: fc.constantFrom(undefined, 'algebra', 'geometry'),
      samples: fc.array(told, { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
});

/** Rounds of one to three sets, their items in any order, cut anywhere; some shards failed, some only claim. */
const rounds: fc.Arbitrary<RoundResult> = fc
  .record({
    sets: fc.array(setShapes, { minLength: 1, maxLength: 3 }),
    order: fc.infiniteStream(fc.nat(1_000_000)),
    shardSize: fc.integer({ min: 1, max: 9 }),
    fates: fc.infiniteStream(fc.constantFrom('verified', 'verified', 'verified', 'claimed', 'lost', 'dead')),
  })
  .map(({ sets, order, shardSize, fates }) => {
    const named = sets.map((shape, i) => ({ ...shape, benchmark: `set${i}` }));
    const items = named.flatMap(({ benchmark, samples, problems }) =>
      problems.flatMap((problem, number) =>
        problem.samples.slice(0, samples).map((sample, i) =>
          scored(`${benchmark}/${number}`, i, {
            ...sample,
            subject: problem.subject,
            ...(problem.invalid ? { correct: false, reason: 'gold-invalid' } : {}),
          }),
        ),
      ),
    );
    const shuffled = items
      .map((item) => ({ item, rank: order.next().value as number }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
    const shards: ScoredItem[][] = [];
    for (let i = 0; i < shuffled.length; i += shardSize) shards.push(shuffled.slice(i, i + shardSize));
    const round = roundOf(
      named.map(({ benchmark, samples, temperature }) => set(benchmark, samples, temperature)),
      shards,
    );
    const outcomes = [...round.outcomes].map(([shard, outcome]): [number, Outcome] => {
      const fate = fates.next().value as 'verified' | 'claimed' | 'lost' | 'dead';
      const failed = fate === 'lost' || fate === 'dead';
      if (failed) return [shard, { schemaVersion: 1, kind: 'failed', reason: fate }];
      return [shard, { ...(outcome as Outcome & { kind: 'scored' }), policy: fate }];
    });
    return { ...round, outcomes: new Map(outcomes) };
  });

/** The same numbers, told as plainly as possible. */
function naiveSummary({ evaluation, round, request, manifest, outcomes }: RoundResult): Unversioned<Summary> {
  const all = [...outcomes.values()];
  const failures = all.filter((outcome) => outcome.kind === 'failed');
  const successes = all.filter((outcome) => outcome.kind === 'scored');
  const graders = request.graders.map(({ name }) => {
    const benchmarks = request.generation.sets.map(({ benchmark, samples, temperature }) => {
      const asked = manifest.shards
        .flatMap(({ items }) => items)
        .filter(({ problem }) => belongs(problem, benchmark));
      const items = successes
        .flatMap((outcome) => outcome.items)
        .filter(({ problem }) => belongs(problem, benchmark));
      const numbers = [...new Set(asked.map(({ problem }) => Number(problem.split('/')[1])))].sort(
        (a, b) => a - b,
      );
      const sound = numbers
        .map((number) => items.filter(({ problem }) => problem === `${benchmark}/${number}`))
        .filter((of) => !of.some((item) => item.verdicts[name]?.reason === 'gold-invalid'));
      const correct = sound.map(
        (of) => of.filter((item) => item.verdicts[name]?.verdict === 'correct').length,
      );
      const scores = correct.map((count) => count / samples);
      const failed = asked.length - items.length;
      const open = failed > 0 || sound.length === 0;
      const greedy = samples === 1 && temperature === 0;
      const interval = () =>
        greedy ? wilsonInterval(total(correct), sound.length) : sampledInterval(scores, benchmark);
      const best = sound.map((of, i) => ((correct[i] as number) + samples - of.length) / samples);
      const subjects = [...new Set(sound.flatMap((of) => of[0]?.subject ?? []))].map((subject) => {
        const its = scores.filter((_, i) => sound[i]?.[0]?.subject === subject);
        return [subject, { problems: its.length, mean: total(its) / its.length }];
      });
      const share = (holds: (item: ScoredItem) => boolean) =>
        items.length === 0 ? null : items.filter(holds).length / items.length;
      const summary: BenchmarkSummary = {
        benchmark,
        problems: numbers.length,
        samplesPerProblem: samples,
        completions: items.length,
        failed,
        score: {
          mean: open ? null : total(scores) / scores.length,
          interval: open ? null : interval(),
          bounds: sound.length === 0 ? [0, 1] : [total(scores) / scores.length, total(best) / best.length],
        },
        subjects: open ? {} : Object.fromEntries(subjects),
        meanTokens: items.length === 0 ? null : total(items.map(({ tokens }) => tokens)) / items.length,
        truncatedShare: share(({ truncated }) => truncated),
        boxedShare: share(({ boxed }) => boxed),
        reflection: counts(items.flatMap(({ reflection }) => reflection)),
        reasons: counts(items.map((item) => item.verdicts[name]?.reason as string)),
      };
      return summary;
    });
    const of = (pick: (score: Score) => number) =>
      total(benchmarks.map(({ score }) => pick(score))) / benchmarks.length;
    const open = benchmarks.some(({ score }) => score.mean === null);
    const average = {
      mean: open ? null : of(({ mean }) => mean as number),
      interval: open ? null : averageInterval(benchmarks.map(({ score }) => score as SetMean)),
      bounds: [of(({ bounds }) => bounds[0]), of(({ bounds }) => bounds[1])] as [number, number],
    };
    return [name, { average, benchmarks }];
  });
  return {
    evaluation,
    round,
    model: request.generation.model,
    policy: successes.some(({ policy }) => policy === 'claimed') ? 'claimed' : 'verified',
    coverage: {
      shards: all.length,
      scored: successes.length,
      failed: counts(failures.map(({ reason }) => reason)),
    },
    graders: Object.fromEntries(graders),
  };
}

function sampledInterval(scores: readonly number[], benchmark: string) {
  return boundedMeanInterval(scores, sha256Words(benchmark)[0]);
}

function belongs(problem: string, benchmark: string): boolean {
  return problem.startsWith(`${benchmark}/`);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function counts(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, names.filter((other) => other === name).length]));
}
