import { expect, it } from 'vitest';
import { StoringSpeed } from '#functions/generate/storing-speed.ts';

it('reckons with half of what it measured last, and with 40 MB a second before', () => {
  const speed = new StoringSpeed();
  expect(speed.msToStore(40e6)).toBe(1000);
  speed.measured(100e6, 1000);
  expect(speed.msToStore(100e6)).toBe(2000);
});

it('learns nothing where nothing was stored', () => {
  const speed = new StoringSpeed();
  speed.measured(0, 1000);
  speed.measured(1000, 0);
  expect(speed.msToStore(40e6)).toBe(1000);
});
