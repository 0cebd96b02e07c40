import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FUEL_PER_VERDICT } from '#shared/verifier/fuel.ts';
import type { Mode } from '#shared/verifier/verification.ts';
import { goldFault, verifierVersion, verify } from '#shared/verifier/verify.ts';
import { goldenCases } from './golden-cases.ts';

/** Strings of pieces that mean something to the verifier, mixed with any unicode. */
const pieces = fc.constantFrom(
  '\\boxed{',
  '\\boxed',
  '{',
  '}',
  '\\{',
  '\\',
  '\\\\',
  '\\text{',
  '\\frac',
  '\\left(',
  ')',
  '(',
  '[',
  ']',
  ',',
  '=',
  '</think>',
  '<think>',
  '\\approx',
  '%',
  '^\\circ',
  '$',
  '1',
  '0',
  '9',
  '.',
  '/',
  '-',
  'e',
  '\\times',
  '10^',
  ' ',
  'and',
  '\\mathrm{',
);
const latexLike = fc
  .array(fc.oneof({ weight: 4, arbitrary: pieces }, fc.string({ unit: 'binary', maxLength: 3 })), {
    maxLength: 40,
  })
  .map((parts) => parts.join(''));
const prose = fc
  .string({ unit: 'grapheme', maxLength: 60 })
  .map((text) => text.replaceAll(/[\\{}<≈%~`≠]/g, ' '));
/** How most golden completions begin. */
const PROSE = 'so the answer is ';
const modes = fc.constantFrom<Mode>('reward', 'format');

describe('verify', () => {
  it('never throws, whatever the strings, and says the same every time', () => {
    fc.assert(
      fc.property(latexLike, latexLike, modes, (gold, completion, mode) => {
        expect(verify({ gold, completion, mode })).toEqual(verify({ gold, completion, mode }));
      }),
      { numRuns: 3000 },
    );
  });

  it('finds every comparable gold correct when it is boxed', () => {
    fc.assert(
      fc.property(latexLike, (gold) => {
        // a comment hides its box, also one in a gold
        fc.pre(goldFault(gold) === undefined && !/%.*\\(?:boxed|fbox)/.test(gold));
        expect(verify({ gold, completion: `\\boxed{${gold}}`, mode: 'reward' }).verdict).toBe('correct');
      }),
      { numRuns: 3000 },
    );
  });

  it('says the same whatever prose surrounds the box', () => {
    const inProse = goldenCases('boxed').filter(({ completion }) => completion.startsWith(PROSE));
    expect(inProse.length).toBeGreaterThan(50);
    fc.assert(
      fc.property(fc.constantFrom(...inProse), prose, prose, (golden, before, after) => {
        const { gold, mode, verdict, reason } = golden;
        const completion = before + golden.completion.slice(PROSE.length) + after;
        expect(verify({ gold, completion, mode })).toMatchObject({ verdict, reason });
      }),
      { numRuns: 1000 },
    );
  });

  it('points at the answer in the completion', () => {
    fc.assert(
      fc.property(prose, prose, (before, after) => {
        const completion = `${before}\\boxed{ 3/4 }${after}`;
        const { span, extracted, method } = verify({ gold: '3/4', completion, mode: 'reward' });
        expect(completion.slice(...(span ?? [0, 0]))).toBe('3/4');
        expect({ extracted, method }).toEqual({ extracted: '3/4', method: 'box' });
      }),
    );
  });

  it('spends no more fuel than a verdict may cost', () => {
    fc.assert(
      fc.property(latexLike, latexLike, modes, (gold, completion, mode) => {
        expect(verify({ gold, completion, mode }).fuel).toBeLessThanOrEqual(FUEL_PER_VERDICT);
      }),
    );
  });

  it.each([
    ['opening braces', '{'],
    ['opened boxes', '\\boxed{'],
    ['closed boxes', '\\boxed{1},'],
    ['opening parentheses', '('],
    ['fractions', '\\frac{1}'],
    ['units', '\\text{a}'],
    ['spaces', ' '],
    ['equals signs', '1='],
    ['commas', '1,'],
    ['powers of ten', '1e999,'],
  ])('does not hang on half a million characters of %s', (_, piece) => {
    const long = piece.repeat(500_000 / piece.length);
    const boxed = `\\boxed{(${piece.repeat(19_000 / piece.length)}1)}`;
    const started = performance.now();
    for (const completion of [long, `\\boxed{${long}}`, boxed])
      verify({ gold: '(1,2)', completion, mode: 'reward' });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('types each gold and carries a version', () => {
    const goldTypes = ['7', '(1,2)', 'east', ''].map(
      (gold) => verify({ gold, completion: '', mode: 'reward' }).goldType,
    );
    expect(goldTypes).toEqual(['number', 'tuple', 'text', 'invalid']);
    expect(verifierVersion).toMatch(/^[a-z]+-\d+$/);
  });
});

describe('goldFault', () => {
  it.each([
    ['a number', '7', undefined],
    ['several', ['7', 'x'], undefined],
    ['an empty string', '', 'empty'],
    ['delimiters around nothing', '  $ $ ', 'empty'],
    ['no gold at all', [], 'empty'],
    ['several, one of them empty', ['7', ''], 'empty'],
    ['an open fraction', '\\frac{1}{2', 'unbalanced-braces'],
    ['braces the wrong way round', '}{', 'unbalanced-braces'],
    ['a backslash that would escape the closing brace', '7\\', 'unbalanced-braces'],
    ['the end of a thought', 'a</think>b', 'think-tag'],
    ['a long text', 'x'.repeat(20_001), 'answer-too-long'],
  ] as const)('of %s', (_, gold, fault) => {
    expect(goldFault(gold)).toBe(fault);
  });
});
