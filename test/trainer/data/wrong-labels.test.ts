import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '#shared/sampling/random-stream.ts';
import { goldFault, verify } from '#shared/verifier/verify.ts';
import { TrainingExample } from '#trainer/data/training-example.ts';
import { withWrongLabels, wrongLabel } from '#trainer/data/wrong-labels.ts';

const integers = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }).map(String);
const decimals = fc
  .tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: 0, max: 99 }))
  .map(([whole, part]) => `${whole}.${String(part).padStart(2, '0')}`);
const fractions = fc
  .tuple(
    fc.integer({ min: -50, max: 50 }),
    fc.integer({ min: 1, max: 50 }),
    fc.constantFrom('frac', 'dfrac', '/'),
  )
  .map(([over, under, form]) =>
    form === '/' ? `${Math.abs(over)}/${under}` : `\\${form}{${over}}{${under}}`,
  );
const others = fc.constantFrom('x+1', '(1, 2)', '\\sqrt{2}', '\\text{yes}', '2\\pi', '[0,1)', '');
const labels = fc.oneof(integers, decimals, fractions, others);

describe('wrongLabel', () => {
  it('never equals the old label under a training grader, and can be graded itself', () => {
    fc.assert(
      fc.property(labels, fc.nat(), (label, seed) => {
        const wrong = wrongLabel(label, new RandomStream(seed, 1));
        expect(goldFault(wrong)).toBeUndefined();
        for (const mode of ['reward', 'paper-train'] as const)
          expect(verify({ gold: wrong, answer: label, mode }).verdict).not.toBe('correct');
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the kind of a number: within 10 of the old one or its negative', () => {
    fc.assert(
      fc.property(integers, fc.nat(), (label, seed) => {
        const wrong = BigInt(wrongLabel(label, new RandomStream(seed, 1)));
        const away = [wrong - BigInt(label), -wrong - BigInt(label)].map((d) => (d < 0n ? -d : d));
        expect(away.some((d) => d >= 1n && d <= 10n)).toBe(true);
      }),
    );
    expect(wrongLabel('12.80', new RandomStream(3, 1))).toMatch(/^-?\d+\.80$/);
    expect(wrongLabel('\\dfrac{3}{4}', new RandomStream(3, 1))).toMatch(/^\\frac\{-?\d+\}\{-?\d+\}$/);
  });
});

describe('withWrongLabels', () => {
  const examples = Array.from({ length: 40 }, (_, index) =>
    TrainingExample.parse({ id: `e${index}`, prompt: 'p', answer: String(index) }),
  );

  it('changes the share that is asked for, the same ones each time', () => {
    for (const share of [0, 0.6, 0.9, 1]) {
      const changed = withWrongLabels(examples, { share, seed: 5 });
      const count = changed.filter(({ answer }, index) => answer !== String(index)).length;
      expect(count).toBe(Math.round(share * examples.length));
      expect(withWrongLabels(examples, { share, seed: 5 })).toEqual(changed);
    }
    expect(withWrongLabels(examples, { share: 0.6, seed: 6 })).not.toEqual(
      withWrongLabels(examples, { share: 0.6, seed: 5 }),
    );
  });

  it('changes with a larger share all that a smaller one changes, alike', () => {
    const few = withWrongLabels(examples, { share: 0.6, seed: 5 });
    const many = withWrongLabels(examples, { share: 0.9, seed: 5 });
    for (const [index, { answer }] of few.entries())
      if (answer !== String(index)) expect(many[index]?.answer).toBe(answer);
  });
});
