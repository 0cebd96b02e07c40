import { describe, expect, it } from 'vitest';
import { acceptedForgeries } from './accepted-forgeries.ts';
import { families } from './adversary.ts';

describe.each(Object.entries(families))('an answer that differs by %s', (name, family) => {
  it('is never taken for the reference answer', () => {
    expect(acceptedForgeries(family, 60, name.length)).toEqual([]);
  });
});
