import { expect, it } from 'vitest';
import { lentBy } from '#trainer/telemetry/lent.ts';

it.each([
  [{ update: 2 }, 0, undefined],
  [{ update: 2, turn: 1.5 }, 0, { waitSeconds: 1.5, cpuSeconds: 0 }],
  [{ update: 2 }, 3, { waitSeconds: 0, cpuSeconds: 3 }],
])('a step with phases %j and %d CPU seconds of scoring lent %j', (seconds, cpuSeconds, lent) => {
  expect(lentBy(seconds, cpuSeconds)).toEqual(lent);
});
