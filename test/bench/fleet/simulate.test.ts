import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Asked, drawCompletions } from '#bench/fleet/completions.ts';
import { hostOf } from '#bench/fleet/host.ts';
import { planShards } from '#bench/fleet/plan-shards.ts';
import { type FleetSettings, ON_LAMBDA } from '#bench/fleet/settings.ts';
import { simulate } from '#bench/fleet/simulate.ts';

const host = hostOf({ model: '1.5B', precision: 'int8', hostClass: 'avx2' });
const asked = drawCompletions(0);
const shards = planShards(asked, 25);
const faultless: FleetSettings = {
  ...ON_LAMBDA,
  functions: 100,
  errorChance: 0,
  lossChance: 0,
  stragglers: { share: 0, slowdown: 1 },
};

const byName = (all: readonly Asked[]) => all.map(({ problem, sample }) => `${problem}#${sample}`).toSorted();

test('every completion is made exactly once or counted as dead, whatever fails', () => {
  fc.assert(
    fc.property(
      fc.record({
        functions: fc.integer({ min: 2, max: 1000 }),
        timeLimitSeconds: fc.integer({ min: 120, max: 900 }),
        errorChance: fc.double({ min: 0, max: 0.4, noNaN: true }),
        lossChance: fc.double({ min: 0, max: 0.4, noNaN: true }),
      }),
      fc.nat(),
      (settings, seed) => {
        const { whole, dead, usd, computeUsd } = simulate(shards, host, { ...ON_LAMBDA, ...settings }, seed);
        expect(byName([...whole, ...dead])).toEqual(byName(asked));
        expect(usd).toBeGreaterThan(computeUsd);
      },
    ),
    { numRuns: 30 },
  );
});

test('nothing is dead where messages may come again for ever', () => {
  const settings = { ...faultless, lossChance: 0.5, maxReceives: Number.POSITIVE_INFINITY };
  const { whole, losses } = simulate(shards, host, settings, 0);
  expect(whole).toHaveLength(asked.length);
  expect(losses).toBeGreaterThan(0);
});

test('a message that is delivered too often is dead', () => {
  const { whole, dead } = simulate(shards, host, { ...faultless, errorChance: 1 }, 0);
  expect(whole).toEqual([]);
  expect(dead).toHaveLength(asked.length);
});

test('more functions take less time, until the longest completion binds', () => {
  const alone = planShards(asked, 1);
  const minutes = [10, 30, 100, 300, 1000].map(
    (functions) => simulate(alone, host, { ...faultless, functions }, 0).wallSeconds,
  );
  expect(minutes).toEqual(minutes.toSorted((one, other) => other - one));
  const least = Math.max(
    ...asked.map(
      ({ promptTokens, tokens, sampled }) =>
        host.decodeSeconds(tokens, 1, promptTokens) + tokens * host.drawSeconds(sampled),
    ),
  );
  const unbounded = { ...faultless, functions: asked.length, mapping: { first: asked.length, perMinute: 0 } };
  const { wallSeconds } = simulate(alone, host, unbounded, 0);
  expect(wallSeconds).toBeGreaterThan(least);
  expect(wallSeconds).toBeLessThan(least + 60); // a start, a fetch, a prompt
});

test('the mapping grows by its rate, and to its limit', () => {
  const wall = (settings: Partial<FleetSettings>) =>
    simulate(shards, host, { ...faultless, ...settings }, 0).wallSeconds;
  const atOnce = wall({ mapping: { first: 1000, perMinute: 0 } });
  expect(wall({})).toBeGreaterThan(atOnce);
  expect(wall({ mapping: { first: 5, perMinute: 0 } })).toBe(wall({ functions: 5 }));
});

test('without a time limit nothing is handed over', () => {
  const none = simulate(shards, host, { ...faultless, timeLimitSeconds: Number.POSITIVE_INFINITY }, 0);
  expect([none.handOvers, none.handOverUsd]).toEqual([0, 0]);
  const short = simulate(shards, host, { ...faultless, timeLimitSeconds: 200 }, 0);
  expect(short.handOvers).toBeGreaterThan(0);
  expect(short.usd).toBeGreaterThan(none.usd);
});

test('a lost function is missed for as long as its message is invisible', () => {
  const settings = { ...faultless, lossChance: 0.05 };
  const { wallSeconds, losses } = simulate(shards, host, settings, 0);
  expect(losses).toBeGreaterThan(0);
  expect(wallSeconds).toBeGreaterThan(settings.visibilitySeconds);
});

test('the same seed gives the same fleet, another one another', () => {
  const settings = { ...ON_LAMBDA, functions: 30, errorChance: 0.1 };
  expect(simulate(shards, host, settings, 3)).toEqual(simulate(shards, host, settings, 3));
  expect(simulate(shards, host, settings, 3).usd).not.toBe(simulate(shards, host, settings, 4).usd);
});
