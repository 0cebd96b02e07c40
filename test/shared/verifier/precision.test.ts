import { describe, expect, it } from 'vitest';
import { exactUnits } from '#shared/adapters/units/exact-units.ts';
import { createVerifier } from '#shared/verifier/create-verifier.ts';
import { doubleReals } from '#shared/verifier/math/double-reals.ts';
import { verify } from '#shared/verifier/verify.ts';

/** However many digits are asked for, these are doubles, and say so. */
const doublesOnly = createVerifier({ precision: { reals: () => doubleReals }, units: exactUnits });
/** Doubles that claim to be exact to 200 digits. */
const boasting = createVerifier({
  precision: { reals: () => ({ ...doubleReals, epsilon: 1e-200 }) },
  units: exactUnits,
});

const mode = 'reward';

describe('the injected precision', () => {
  it('tells apart what doubles cannot', () => {
    const nearly = { gold: '\\arctan 3', answer: '\\arctan(3+10^{-16})', mode } as const;
    expect(verify(nearly)).toMatchObject({ verdict: 'incorrect', reason: 'different-value' });
    expect(doublesOnly.verify(nearly)).toMatchObject({ verdict: 'incorrect', reason: 'unknown' });
  });

  it('is asked before two values are called equal', () => {
    const nested = { gold: '\\sqrt{2}+\\sqrt{3}', answer: '\\sqrt{5+2\\sqrt{6}}', mode } as const;
    expect(verify(nested)).toMatchObject({ verdict: 'correct', reason: 'equal-value' });
    expect(doublesOnly.verify(nested)).toMatchObject({ verdict: 'incorrect', reason: 'unknown' });
  });

  it('is believed', () => {
    const near = { gold: '\\arctan 3', answer: '\\arctan(3+10^{-16})', mode } as const;
    expect(verify(near).verdict).toBe('incorrect');
    expect(boasting.verify(near).verdict).toBe('correct');
  });
});
