import { expect, it } from 'vitest';
import { PhaseClock } from '#trainer/telemetry/phase-clock.ts';

it('adds up the phases of a step, and counts one within another to itself alone', async () => {
  let ms = 0;
  const after = (seconds: number) => async () => {
    ms += seconds * 1000;
  };
  const told: string[] = [];
  const clock = new PhaseClock({ now: () => ms }, (phase) => told.push(phase));
  await clock.time('turn', after(1));
  await clock.time('rollout', async () => {
    await after(2)();
    await clock.time('turn', after(4));
    await clock.time('turn', after(8));
    await after(16)();
  });
  await clock.time('update', after(32));
  expect(clock.take()).toEqual({ turn: 13, rollout: 18, update: 32 });
  // Whoever watches hears that the outer one goes on.
  expect(told).toEqual(['turn', 'rollout', 'turn', 'rollout', 'turn', 'rollout', 'update']);
  expect(clock.take()).toEqual({});
});
