import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostOf } from '#bench/fleet/host.ts';
import { type Made, makeShard, type Open } from '#bench/fleet/make-shard.ts';

const host = hostOf({ model: '1.5B', precision: 'int8', hostClass: 'avx2' });

const shards = fc
  .array(fc.record({ problem: fc.constantFrom('a', 'b', 'c'), tokens: fc.integer({ min: 1, max: 3072 }) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((all) =>
    all.map((each, sample): Open => ({ asked: { ...each, sample, promptTokens: 150 }, made: 0 })),
  );

/** Hands over until nothing is left. */
function relay(shard: readonly Open[], limitSeconds: number): readonly Made[] {
  const made = makeShard(shard, host, limitSeconds);
  return made.left.length === 0 ? [made] : [made, ...relay(made.left, limitSeconds)];
}

test('without a time limit nothing is handed over or computed again', () => {
  fc.assert(
    fc.property(shards, (shard) => {
      const { whole, left, lostSeconds } = makeShard(shard, host, Number.POSITIVE_INFINITY);
      expect(left).toEqual([]);
      expect(lostSeconds).toBe(0);
      expect(new Set(whole)).toEqual(new Set(shard.map(({ asked }) => asked)));
    }),
  );
});

test('a relay of functions makes every completion once', () => {
  fc.assert(
    fc.property(shards, fc.integer({ min: 30, max: 400 }), (shard, limit) => {
      const whole = relay(shard, limit).flatMap((made) => made.whole);
      expect(whole).toHaveLength(shard.length);
      expect(new Set(whole)).toEqual(new Set(shard.map(({ asked }) => asked)));
    }),
    { numRuns: 30 },
  );
});

test('what goes on computes its stored tokens again', () => {
  const open = { asked: { problem: 'a', sample: 0, promptTokens: 100, tokens: 3000 }, made: 0 };
  const [first, second, ...others] = relay([open], 60);
  expect([first?.lostSeconds, others]).toEqual([0, []]);
  expect(second?.lostSeconds).toBe(host.prefillSeconds(first?.left[0]?.made ?? 0));
});

test('a row that ends is taken by the next completion at once', () => {
  const shard = Array.from({ length: 32 }, (_, sample): Open => {
    const tokens = sample === 0 ? 3000 : 200;
    return { asked: { problem: 'a', sample, promptTokens: 1, tokens }, made: 0 };
  });
  const [long, ...short] = shard;
  const alone = makeShard([long as Open], host, Number.POSITIVE_INFINITY).seconds;
  const others = makeShard(short, host, Number.POSITIVE_INFINITY).seconds;
  expect(makeShard(shard, host, Number.POSITIVE_INFINITY).seconds).toBeLessThan(alone + others);
});

test('samples of a problem share its prompt', () => {
  const seconds = (second: string) =>
    makeShard(
      ['a', second].map((problem, sample) => ({
        asked: { problem, sample, promptTokens: 1000, tokens: 10 },
        made: 0,
      })),
      host,
      Number.POSITIVE_INFINITY,
    ).seconds;
  expect(seconds('b') - seconds('a')).toBeCloseTo(host.prefillSeconds(1000), 9);
});

test('a time in which no token can be made is an error', () => {
  const open = { asked: { problem: 'a', sample: 0, promptTokens: 100, tokens: 10 }, made: 0 };
  expect(() => makeShard([open], host, 0.001)).toThrow('no token within 0.001 s');
});
