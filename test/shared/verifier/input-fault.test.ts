import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verifier, VerifyInput } from '#shared/verifier/verification.ts';
import { explain, goldFault, verify, verifyModes } from '#shared/verifier/verify.ts';

type Judged = Parameters<Verifier['verify']>[0];

/** Input as plain JavaScript may give it, whatever the types say. */
function untyped(input: unknown): Judged {
  return input as Judged;
}

describe('what the types forbid', () => {
  it.each([
    [{ gold: 5, answer: 5, mode: 'benchmark' }, 'input-invalid'],
    [{ gold: ['5', 7], answer: '5', mode: 'reward' }, 'input-invalid'],
    [{ gold: '5', completion: 7, mode: 'reward' }, 'input-invalid'],
    [{ gold: '5', mode: 'reward' }, 'input-invalid'],
    [{ gold: '5', answer: '5', mode: 'reward', options: { tolerance: '1' } }, 'input-invalid'],
    [{ gold: '5', answer: '5', mode: 'reward', options: { unit: 3 } }, 'input-invalid'],
    [{}, 'input-invalid'],
    [null, 'input-invalid'],
    [undefined, 'input-invalid'],
    ['5', 'input-invalid'],
    [{ gold: '5', answer: '5' }, 'mode-unknown'],
    [{ gold: '5', answer: '5', mode: 'zzz' }, 'mode-unknown'],
    [{ gold: '5', answer: '5', mode: 'constructor' }, 'mode-unknown'],
  ])('%j is no answer: %s', (input, reason) => {
    const expected = { verdict: 'no-answer', reason, goldType: 'invalid', extracted: null };
    expect(verify(untyped(input))).toMatchObject(expected);
    expect(explain(untyped(input))).toMatchObject(expected);
  });

  it('is said for each mode, and of a gold', () => {
    const input = { gold: '5', answer: '5', modes: ['reward', 'zzz'] };
    const verdicts = verifyModes(input as unknown as VerifyInput & { modes: ['reward'] });
    expect(verdicts).toMatchObject({ reward: { verdict: 'correct' }, zzz: { reason: 'mode-unknown' } });
    expect(goldFault(5 as unknown as string)).toBe('input-invalid');
    expect(goldFault('5')).toBeUndefined();
  });

  it('never makes a verifier throw', () => {
    const part = fc.oneof(fc.anything(), fc.string());
    const input = fc.oneof(
      fc.anything(),
      fc.record(
        { gold: part, answer: part, completion: part, mode: part, modes: part, options: part },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(input, (given) => {
        expect(verify(untyped(given)).verdict).toMatch(/^(?:no-answer|incorrect|correct|too-hard)$/);
        expect(explain(untyped(given)).golds).toBeInstanceOf(Array);
        expect(verifyModes(given as unknown as VerifyInput & { modes: ['reward'] })).toBeTypeOf('object');
      }),
    );
  });
});
