import fc from 'fast-check';
import { wellFormedCollection } from './well-formed-collections.ts';
import { wellFormedExpression, wellFormedNumber } from './well-formed-scalars.ts';

/** A reference answer whose meaning is known. */
export interface WellFormed {
  /** Two well-formed answers of one meaning share it. */
  readonly meaning: string;
  /** Ways to write it, the plainest first. Each is a gold of its own. */
  readonly spellings: readonly string[];
  /** What a mistake makes of it; none means the same. */
  readonly mutants: readonly string[];
}

const word = fc.constantFrom('east', 'odd', 'Tuesday', 'no solution', 'ellipse').map<WellFormed>((text) => ({
  meaning: text,
  spellings: [
    `\\text{${text}}`,
    text,
    text.toUpperCase(),
    `\\textbf{${text}}`,
    `\\text{ ${text} }`,
    `\\text{${text}.}`,
    `\\mbox{${text}}`,
  ],
  mutants: [`\\text{${text}s}`, `\\text{not ${text}}`, `\\text{${text} or even}`, text.slice(1), 'w', '7'],
}));

/** Golds of every kind that a problem may have. */
export const wellFormed: fc.Arbitrary<WellFormed> = fc.oneof(
  { weight: 3, arbitrary: wellFormedNumber },
  { weight: 3, arbitrary: wellFormedExpression },
  { weight: 5, arbitrary: wellFormedCollection },
  { weight: 1, arbitrary: word },
);
