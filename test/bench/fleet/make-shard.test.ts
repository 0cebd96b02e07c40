import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostOf } from '#bench/fleet/host.ts';
import { type Made, makeShard, type Open } from '#bench/fleet/make-shard.ts';

const BYTES_PER_SECOND = 75e6;
const ENDLESS = { limitSeconds: Number.POSITIVE_INFINITY, bytesPerSecond: BYTES_PER_SECOND };
const host = hostOf({ model: '1.5B', precision: 'int8', hostClass: 'avx2' });

const shards = fc
  .array(fc.record({ problem: fc.constantFrom('a', 'b', 'c'), tokens: fc.integer({ min: 1, max: 3072 }) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((all) =>
    all.map(
      (each, sample): Open => ({
        asked: { ...each, sample, promptTokens: 150, sampled: sample % 2 > 0 },
        made: 0,
        cached: false,
      }),
    ),
  );

/** Hands over until nothing is left. */
function relay(shard: readonly Open[], limitSeconds: number): readonly Made[] {
  const made = makeShard(shard, host, { limitSeconds, bytesPerSecond: BYTES_PER_SECOND });
  return made.left.length === 0 ? [made] : [made, ...relay(made.left, limitSeconds)];
}

test('without a time limit nothing is handed over', () => {
  fc.assert(
    fc.property(shards, (shard) => {
      const { whole, left, handOverSeconds } = makeShard(shard, host, ENDLESS);
      expect(left).toEqual([]);
      expect(handOverSeconds).toBe(0);
      expect(new Set(whole)).toEqual(new Set(shard.map(({ asked }) => asked)));
    }),
  );
});

test('a relay of functions makes every completion once', () => {
  fc.assert(
    fc.property(shards, fc.integer({ min: 60, max: 400 }), (shard, limit) => {
      const whole = relay(shard, limit).flatMap((made) => made.whole);
      expect(whole).toHaveLength(shard.length);
      expect(new Set(whole)).toEqual(new Set(shard.map(({ asked }) => asked)));
    }),
    { numRuns: 30 },
  );
});

test('what goes on reads the keys and values that were stored, and runs nothing again', () => {
  const asked = { problem: 'a', sample: 0, promptTokens: 100, tokens: 3000, sampled: false };
  const [first, second, ...others] = relay([{ asked, made: 0, cached: false }], 60);
  expect(others).toEqual([]);
  const made = first?.left[0]?.made ?? 0;
  const moved = ((100 + made) * host.keyValueBytes) / BYTES_PER_SECOND;
  expect(first?.handOverSeconds).toBe(moved);
  expect(second?.handOverSeconds).toBe(moved);
  const apart = (first?.seconds ?? 0) + (second?.seconds ?? 0);
  expect(apart - 2 * moved).toBeCloseTo(
    makeShard([{ asked, made: 0, cached: false }], host, ENDLESS).seconds,
    6,
  );
});

test('a function stops early enough to store what it holds at half the speed', () => {
  fc.assert(
    fc.property(shards, fc.integer({ min: 60, max: 400 }), (shard, limitSeconds) => {
      for (const { seconds, handOverSeconds } of relay(shard, limitSeconds))
        expect(seconds).toBeLessThanOrEqual(limitSeconds + handOverSeconds);
      const { seconds, left, handOverSeconds } = makeShard(shard, host, {
        ...{ limitSeconds, bytesPerSecond: BYTES_PER_SECOND },
      });
      if (left.length > 0) expect(seconds + handOverSeconds).toBeLessThanOrEqual(limitSeconds + 1e-9);
    }),
    { numRuns: 30 },
  );
});

test('sampled tokens take longer than greedy ones', () => {
  const seconds = (sampled: boolean) =>
    makeShard(
      [{ asked: { problem: 'a', sample: 0, promptTokens: 1, tokens: 100, sampled }, made: 0, cached: false }],
      host,
      ENDLESS,
    ).seconds;
  expect(seconds(true) - seconds(false)).toBeCloseTo(100 * 0.087e-3 * 4.7, 9);
});

test('a row that ends is taken by the next completion at once', () => {
  const shard = Array.from({ length: 32 }, (_, sample): Open => {
    const tokens = sample === 0 ? 3000 : 200;
    return {
      asked: { problem: 'a', sample, promptTokens: 1, tokens, sampled: false },
      made: 0,
      cached: false,
    };
  });
  const [long, ...short] = shard;
  const alone = makeShard([long as Open], host, ENDLESS).seconds;
  const others = makeShard(short, host, ENDLESS).seconds;
  expect(makeShard(shard, host, ENDLESS).seconds).toBeLessThan(alone + others);
});

test('samples of a problem share its prompt', () => {
  const seconds = (second: string) =>
    makeShard(
      ['a', second].map((problem, sample) => ({
        asked: { problem, sample, promptTokens: 1000, tokens: 10, sampled: false },
        made: 0,
        cached: false,
      })),
      host,
      ENDLESS,
    ).seconds;
  expect(seconds('b') - seconds('a')).toBeCloseTo(host.prefillSeconds(1000), 9);
});

test('a time in which no token can be made is an error', () => {
  const open = {
    asked: { problem: 'a', sample: 0, promptTokens: 100, tokens: 10, sampled: false },
    made: 0,
    cached: false,
  };
  expect(() => makeShard([open], host, { ...ENDLESS, limitSeconds: 0.001 })).toThrow(
    'no token within 0.001 s',
  );
});

test('tokens whose keys and values take more than their share of the time are run again', () => {
  const asked = { problem: 'a', sample: 0, promptTokens: 100, tokens: 3000, sampled: false };
  const slow = { limitSeconds: 60, bytesPerSecond: 1e6 };
  const first = makeShard([{ asked, made: 0, cached: false }], host, slow);
  expect([first.handOverSeconds, first.left[0]?.cached]).toEqual([0, false]);
  const again = makeShard(first.left, host, ENDLESS);
  expect(again.seconds).toBe(makeShard([{ asked, made: 0, cached: false }], host, ENDLESS).seconds);
});
