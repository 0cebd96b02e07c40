import { describe, expect, it } from 'vitest';
import { CorpusCase } from '#scripts/verifier-score/corpus.ts';
import { judgeCase } from '#scripts/verifier-score/judge-case.ts';
import type { Mode, Verification, VerifyInput } from '#shared/verifier/verification.ts';
import { verify } from '../../cli/verify/fake-verifier.ts';

describe('judgeCase', () => {
  it('judges a bare answer in mode benchmark', () => {
    expect(asked({ prediction: '1' })).toEqual([{ gold: '7', answer: '1', mode: 'benchmark' }]);
  });

  it('judges a response as a completion', () => {
    expect(asked({ response: true })).toEqual([{ gold: '7', completion: '7', mode: 'benchmark' }]);
  });

  it('judges a response that games graders in the mode that training uses', () => {
    expect(asked({ response: true, hack: true })).toMatchObject([{ mode: 'reward' }]);
    expect(asked({ response: true, op: 'hack-hedge' })).toMatchObject([{ mode: 'reward' }]);
    expect(asked({ response: true, op: 'redos' })).toMatchObject([{ mode: 'benchmark' }]);
  });

  it('hands on a tolerance', () => {
    expect(asked({ tolerance_abs: [0.1, 0.2] })).toMatchObject([{ options: { tolerance: [0.1, 0.2] } }]);
  });

  it('extracts the gold of a worked text first', () => {
    const [extraction, judgement] = asked({ gold: 'so it is 7', gold_response: true });
    expect(extraction).toMatchObject({ completion: 'so it is 7', mode: 'benchmark' });
    expect(judgement).toMatchObject({ gold: ['so it is 7'], answer: '7' }); // the fake extracts all there is
  });

  it('counts a worked text without an answer as a gold that nothing matches', () => {
    const silent = (input: Asked): Verification => ({ ...verify(input), extracted: null });
    const each = { ...base, gold_response: true, prediction: 'anything' };
    expect(judgeCase(CorpusCase.parse(each), { verify: silent }).verdict).toBe('incorrect');
  });
});

type Asked = VerifyInput & { readonly mode: Mode };

const base = { id: '1', gold: '7', prediction: '7', ours: true, expected: true };

/** What the verifier is asked about a case. */
function asked(fields: Readonly<Record<string, unknown>>): Asked[] {
  const inputs: Asked[] = [];
  const listening = (input: Asked) => {
    inputs.push(input);
    return verify(input);
  };
  judgeCase(CorpusCase.parse({ ...base, ...fields }), { verify: listening });
  return inputs;
}
