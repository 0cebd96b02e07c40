import { describe, expect, it } from 'vitest';
import { decimalPrecision } from '#shared/adapters/decimal/decimal-precision.ts';
import { exactUnits } from '#shared/adapters/units/exact-units.ts';
import type { Units } from '#shared/ports/units.ts';
import { createVerifier, type VerifierParts } from '#shared/verifier/create-verifier.ts';
import { paperGraders } from '#shared/verifier/paper/paper-graders.ts';
import { verify, verifyModes } from '#shared/verifier/verify.ts';

const parts = { precision: decimalPrecision, units: exactUnits };
const withoutPaper = createVerifier(parts);

describe('a verifier made of parts', () => {
  it.each([
    ['precision', { units: exactUnits }],
    ['units', { precision: decimalPrecision }],
  ])('names the import that gives the missing %s', (name, some) => {
    const make = () => createVerifier(some as unknown as VerifierParts); // as plain JavaScript may
    expect(make).toThrow(expect.objectContaining({ code: 'verifier-part-missing' }));
    expect(make).toThrow(`oneshot-rlvr/verifier/${name}`);
  });

  it("answers the paper's modes without their graders that they are not loaded", () => {
    for (const mode of ['paper-train', 'paper-eval'] as const) {
      const input = { gold: '7', completion: 'so \\boxed{7}', mode };
      expect(withoutPaper.verify(input)).toEqual({
        verdict: 'no-answer',
        extracted: null,
        span: null,
        method: 'none',
        goldType: 'number',
        reason: 'mode-not-loaded',
        fuel: 0,
      });
      expect(withoutPaper.explain(input)).toMatchObject({ reason: 'mode-not-loaded', answer: null });
      expect(withoutPaper.verify({ ...input, gold: [] }).reason).toBe('mode-not-loaded');
    }
  });

  it('says the same in all other modes with and without those graders', () => {
    const input = { gold: '5 \\text{ m}', completion: 'so \\boxed{500 \\text{ cm}}' };
    const modes = ['reward', 'benchmark', 'format'] as const;
    expect(withoutPaper.verifyModes({ ...input, modes })).toEqual(verifyModes({ ...input, modes }));
  });

  it('says in all modes what the verifier of Node says', () => {
    const whole = createVerifier({ ...parts, paper: paperGraders(parts) });
    const input = { gold: '\\frac{1}{2}', completion: 'so \\boxed{\\frac12}' };
    for (const mode of ['reward', 'benchmark', 'format', 'paper-train', 'paper-eval'] as const)
      expect(whole.verify({ ...input, mode })).toEqual(verify({ ...input, mode }));
  });

  it('knows the units that it was given, and no others', () => {
    const none: Units = {
      ...exactUnits,
      read: () => undefined,
      measureOf: () => undefined,
      isWord: () => false,
    };
    const unitless = createVerifier({ ...parts, units: none });
    const input = {
      gold: '5 \\text{ m}',
      completion: 'so \\boxed{500 \\text{ cm}}',
      mode: 'reward',
    } as const;
    expect(verify(input).verdict).toBe('correct');
    expect(unitless.verify(input).verdict).toBe('incorrect');
  });
});
