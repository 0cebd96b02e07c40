import { describe, expect, it } from 'vitest';
import { acceptedForgeries } from '../shared/verifier/accepted-forgeries.ts';
import { families } from '../shared/verifier/adversary.ts';

const PAIRS = 200_000;
/** Their pairs take many digits and come from few templates: a quarter of what the others get. */
const COSTLY: ReadonlySet<string> = new Set(['saturated', 'flattened', 'counted']);
const shareOf = (name: string): number => (COSTLY.has(name) ? 0.25 : 1);
const SHARES = Object.keys(families).reduce((total, name) => total + shareOf(name), 0);
/** No limit that a busy machine reaches. */
const TIMEOUT_MS = 1_800_000;

describe.each(Object.entries(families))('an answer that differs by %s', (name, family) => {
  it('is never taken for the reference answer, of very many', { timeout: TIMEOUT_MS }, () => {
    const count = Math.ceil((PAIRS * shareOf(name)) / SHARES);
    expect(acceptedForgeries(family, count, 1_000 + name.length)).toEqual([]);
  });
});
