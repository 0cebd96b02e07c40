import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldFault, verify } from '#shared/verifier/verify.ts';
import { type WellFormed, wellFormed } from './well-formed.ts';

const RUNS = { numRuns: 2_000 };

const spelling = ({ spellings }: WellFormed) => fc.constantFrom(...spellings);
/** A meaning, and two of its spellings. */
const twoSpellings = wellFormed.chain((each) => fc.tuple(spelling(each), spelling(each)));
/** A spelling, and what a mistake makes of its meaning. */
const mistake = wellFormed.chain((each) => fc.tuple(spelling(each), fc.constantFrom(...each.mutants)));
/** Two answers, right or wrong, to one question. */
const answers = fc.oneof(
  twoSpellings,
  mistake,
  fc.tuple(wellFormed, wellFormed).chain(([a, b]) => fc.tuple(spelling(a), spelling(b))),
);
/** Prose without boxes, thoughts and marks of chat templates, comments, code or negation. */
const prose = fc
  .string({ unit: 'grapheme', maxLength: 80 })
  .map((text) => text.replaceAll(/[\\{}<%~`≠]/g, ' '));

function isCorrect(gold: string, answer: string, around = (boxed: string) => `so it is ${boxed}.`): boolean {
  return verify({ gold, completion: around(`\\boxed{${answer}}`), mode: 'reward' }).verdict === 'correct';
}

describe('verify', () => {
  it('can compare every well-formed gold', () => {
    fc.assert(
      fc.property(twoSpellings, ([gold]) => {
        expect(goldFault(gold)).toBeUndefined();
      }),
      RUNS,
    );
  });

  it('finds a gold correct in all its spellings, whichever of them is the gold', () => {
    fc.assert(
      fc.property(twoSpellings, ([gold, answer]) => {
        expect(isCorrect(gold, answer)).toBe(true);
      }),
      RUNS,
    );
  });

  it('finds a gold with a mistake incorrect, whichever of the two is the gold', () => {
    fc.assert(
      fc.property(mistake, ([right, wrong]) => {
        expect([isCorrect(right, wrong), isCorrect(wrong, right)]).toEqual([false, false]);
      }),
      RUNS,
    );
  });

  it('finds two golds of different meaning different', () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        fc.pre(a.meaning !== b.meaning);
        expect(isCorrect(a.spellings[0] ?? '', b.spellings[0] ?? '')).toBe(false);
      }),
      RUNS,
    );
  });

  it('says the same with gold and answer exchanged', () => {
    fc.assert(
      fc.property(answers, ([a, b]) => {
        expect(isCorrect(a, b)).toBe(isCorrect(b, a));
      }),
      RUNS,
    );
  });

  it('reads an answer the same way in every setting of its type', () => {
    const settings = fc.constantFrom(...SETTINGS);
    fc.assert(
      fc.property(
        answers,
        settings,
        settings,
        fc.constantFrom('', '.'),
        ([gold, answer], inner, outer, stop) => {
          expect(isCorrect(gold, outer(inner(answer)) + stop)).toBe(isCorrect(gold, answer));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('reads an answer the same way whatever its spacing', () => {
    fc.assert(
      fc.property(
        answers,
        fc.infiniteStream(fc.constantFrom('', '', ' ', '  ', '\\,', '\\;')),
        ([gold, answer], gaps) => {
          expect(isCorrect(gold, spaced(answer, gaps))).toBe(isCorrect(gold, answer));
        },
      ),
      RUNS,
    );
  });

  it('says the same whatever prose surrounds the box', () => {
    fc.assert(
      fc.property(answers, prose, prose, ([gold, answer], before, after) => {
        const inProse = isCorrect(gold, answer, (boxed) => `${before} ${boxed} ${after}`);
        expect(inProse).toBe(isCorrect(gold, answer));
      }),
      RUNS,
    );
  });

  it('counts the last of several boxes', () => {
    fc.assert(
      fc.property(answers, mistake, ([gold, answer], [, earlier]) => {
        const corrected = isCorrect(gold, answer, (boxed) => `First \\boxed{${earlier}}. No: ${boxed}`);
        expect(corrected).toBe(isCorrect(gold, answer));
      }),
      RUNS,
    );
  });

  it('judges a bare answer as it does a boxed one', () => {
    fc.assert(
      fc.property(answers, ([gold, answer]) => {
        const bare = verify({ gold, answer, mode: 'reward' }).verdict === 'correct';
        expect(bare).toBe(isCorrect(gold, answer));
      }),
      RUNS,
    );
  });
});

/** What typesetting may do to an answer without changing it. */
const SETTINGS: readonly ((answer: string) => string)[] = [
  (answer) => answer,
  (answer) => `$${answer}$`,
  (answer) => `\\(${answer}\\)`,
  (answer) => `\\displaystyle ${answer}`,
  (answer) => `\\boxed{${answer}}`,
  (answer) => `{${answer}}`,
  (answer) => ` ${answer} `,
  (answer) => answer.replaceAll('\\frac', '\\dfrac'),
  (answer) => answer.replaceAll('\\frac', '\\tfrac'),
  (answer) => answer.replaceAll(/\\(?:left|right)(?![a-z])/g, ''),
  (answer) => answer.replaceAll(/\\(left|right)(?![a-z])/g, '\\big'),
  (answer) => answer.replaceAll('\\le ', '\\leq '),
  (answer) => (/^[\d.]+$/.test(answer) ? `\\text{${answer}}` : answer),
  (answer) => (/^[\d.]+$/.test(answer) ? `${answer} \\text{ units}` : answer),
];

/** The answer with a gap between its tokens, outside words. */
function spaced(answer: string, gaps: Iterator<string>): string {
  if (/\\(?:text|mbox)|^[A-Za-z ]+$/.test(answer)) return answer;
  const tokens = answer.match(/\\begin\{\w+\}|\\end\{\w+\}|\\[A-Za-z]+ ?|\\.|[\d.,]*\d|[\s\S]/g) ?? [];
  return tokens.map((token, index) => (index === 0 ? token : `${gaps.next().value}${token}`)).join('');
}
