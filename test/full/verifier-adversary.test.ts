import { describe, expect, it } from 'vitest';
import { acceptedForgeries } from '../shared/verifier/accepted-forgeries.ts';
import { families } from '../shared/verifier/adversary.ts';

const PAIRS = 200_000;
/** No limit that a busy machine reaches. */
const TIMEOUT_MS = 1_800_000;

describe.each(Object.entries(families))('an answer that differs by %s', (name, family) => {
  it('is never taken for the reference answer, of very many', { timeout: TIMEOUT_MS }, () => {
    const count = Math.ceil(PAIRS / Object.keys(families).length);
    expect(acceptedForgeries(family, count, 1_000 + name.length)).toEqual([]);
  });
});
