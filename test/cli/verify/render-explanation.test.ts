import { describe, expect, it } from 'vitest';
import { renderExplanation } from '#cli/verify/render-explanation.ts';
import { renderVerification } from '#cli/verify/render-verification.ts';
import { explanation } from './fake-verifier.ts';

const completion =
  'First I add what there is, which is not hard at all.\nSo: \\boxed{x+2}. That is all that I can say about it.';

describe('renderVerification', () => {
  it('says verdict, extracted answer and reason', () => {
    expect(renderVerification(explanation)).toBe(
      'verdict    incorrect\nextracted  x+2\nreason     unequal-at-point\n',
    );
  });

  it('says that nothing was found', () => {
    expect(renderVerification({ ...explanation, extracted: null })).toContain('extracted  (nothing)\n');
  });

  it('keeps to one line each, and lets no control character of an answer reach the terminal', () => {
    const text = renderVerification({ ...explanation, extracted: 'a\n\u001b[31mred' });
    expect(text).toContain('extracted  a [31mred\n');
  });
});

describe('renderExplanation', () => {
  it('shows the answer in its place, both readings, the rule and the probe', () => {
    const at = completion.indexOf('x+2');
    const span = [at, at + 3] as const;
    expect(renderExplanation({ ...explanation, span }, completion).split('\n')).toEqual([
      `method     box at ${at}–${at + 3}`,
      '           …s, which is not hard at all. So: \\boxed{»x+2«}. That is all that I can say about it.',
      'gold       2+x+y',
      '           as expression: 2 + x + y',
      'answer     x+2',
      '           as expression: x + 2',
      'rule       unequal-at-point',
      'probe      at x = 1.5, y = 0.25, 50 digits',
      '           gold   3.75',
      '           answer 3.5',
      '           rounding explains a difference of up to 1e-40',
      'fuel       321',
      '',
    ]);
  });

  it('says what there is none of', () => {
    const none = { ...explanation, method: 'none', span: null, answer: null, probe: null } as const;
    const text = renderExplanation(none, 'nothing to see');
    expect(text).toContain('method     none\n');
    expect(text).toContain('answer     (nothing)\n');
    expect(text).toContain('probe      (none was needed)\n');
  });

  it('shows every gold and every reading', () => {
    const golds = [
      { text: '1,2', type: 'list', readings: ['1; 2'] },
      { text: '1,200', type: 'number', readings: ['1200', '1; 200'] },
    ] as const;
    const text = renderExplanation({ ...explanation, golds }, undefined);
    expect(text.match(/^gold/gm)).toHaveLength(2);
    expect(text).toContain('as number: 1200\n           as number: 1; 200\n');
  });
});
