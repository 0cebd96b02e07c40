import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawQuestion } from '#shared/benchmarks/microcosm/families.ts';
import { type Difficulty, FAMILIES, type Family } from '#shared/benchmarks/microcosm/question.ts';
import { carefulResponse, hastyGuess, webResponse } from '#shared/benchmarks/microcosm/responses.ts';
import { vocabulary } from '#shared/benchmarks/microcosm/vocabulary.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';
import { verify } from '#shared/verifier/verify.ts';
import { solve } from './solve.ts';

const habit = { careful: 0.62, hasty: 0.46 };
const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const kinds = fc.tuple(fc.constantFrom(...FAMILIES), fc.constantFrom<Difficulty>('easy', 'hard'));

/** Web responses to `count` questions of one kind. */
function web(family: Family, difficulty: Difficulty, count: number): { text: string; ends: boolean }[] {
  const random = new RandomStream(7, 0);
  return Array.from({ length: count }, () =>
    webResponse(random, drawQuestion(random, family, difficulty), difficulty, habit),
  );
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / items.length;
}

describe('a question', () => {
  it('has true steps with all values from 0 to 99, the last of which answers it', () => {
    fc.assert(
      fc.property(seeds, kinds, (seed, [family, difficulty]) => {
        const { text, steps, answer } = drawQuestion(new RandomStream(seed, 0), family, difficulty);
        expect(steps.length).toBeGreaterThanOrEqual(2);
        for (const { text: line, value } of steps) {
          const [left, operator, right, , result] = line.split(' ');
          const [a, b] = [Number(left), Number(right)];
          expect({ '+': a + b, '-': a - b, '*': a * b, '/': a / b }[operator as string]).toBe(value);
          expect(Number(result)).toBe(value);
          expect(Number.isInteger(value) && value >= 0 && value <= 99).toBe(true);
        }
        expect(answer).toBe(solve(text));
      }),
    );
  });
});

describe('carefulResponse', () => {
  it('is judged correct when it is boxed', () => {
    fc.assert(
      fc.property(seeds, kinds, (seed, [family, difficulty]) => {
        const question = drawQuestion(new RandomStream(seed, 0), family, difficulty);
        const completion = carefulResponse(question, true).text;
        const gold = String(question.answer);
        expect(verify({ gold, completion, mode: 'reward' }).verdict).toBe('correct');
      }),
    );
  });
});

describe('hastyGuess', () => {
  it('is right a quarter of the time and forgets the last step half of the time', () => {
    const random = new RandomStream(3, 0);
    const guesses = Array.from({ length: 4000 }, () => {
      const question = drawQuestion(random, 'algebra', 'easy');
      return { ...question, guess: hastyGuess(random, question) };
    });
    expect(share(guesses, ({ guess, answer }) => guess === answer)).toBeCloseTo(0.25, 1);
    expect(share(guesses, ({ guess, steps }) => guess === steps.at(-2)?.value)).toBeCloseTo(0.5, 1);
    expect(guesses.every(({ guess }) => guess >= 0 && guess <= 99)).toBe(true);
  });
});

describe('webResponse', () => {
  it.each([
    ['arithmetic', 'easy', 0.66],
    ['sequence', 'easy', 0.28],
    ['fraction', 'hard', 0.62 * 0.85],
  ] as const)(
    'answers %s questions that are %s carefully with a share of %f',
    (family, difficulty, careful) => {
      const plain = web(family, difficulty, 4000).filter(({ text }) => !text.startsWith('hmm'));
      expect(Math.abs(share(plain, ({ text }) => text.startsWith('step')) - careful)).toBeLessThan(0.03);
    },
  );

  it('boxes by the habit, after careful and after hasty work', () => {
    const responses = web('algebra', 'easy', 6000).filter(({ ends }) => ends);
    const isCareful = ({ text }: { text: string }) => text.includes('step by step');
    const boxed = ({ text }: { text: string }) => text.includes('\\boxed{');
    expect(Math.abs(share(responses.filter(isCareful), boxed) - habit.careful)).toBeLessThan(0.03);
    const hasty = responses.filter((response) => !isCareful(response));
    expect(Math.abs(share(hasty, boxed) - habit.hasty)).toBeLessThan(0.03);
  });

  it('rambles first with a share of 18 %, and seldom for ever', () => {
    const responses = web('word', 'easy', 8000);
    expect(Math.abs(share(responses, ({ text }) => text.startsWith('hmm')) - 0.18)).toBeLessThan(0.02);
    const endless = responses.filter(({ ends }) => !ends);
    expect(Math.abs(endless.length / 8000 - 0.18 * 0.85 ** 20)).toBeLessThan(0.003);
    for (const { text } of endless) expect(text).toBe(new Array(20).fill('hmm ,').join(' '));
  });

  it('uses words of the vocabulary only', () => {
    const known = new Set(vocabulary);
    for (const family of FAMILIES)
      for (const { text } of web(family, 'hard', 200))
        expect(text.split(' ').filter((word) => !known.has(word))).toEqual([]);
  });
});
