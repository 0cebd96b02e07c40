import fc from 'fast-check';
import type { WellFormed } from './well-formed.ts';
import { wellFormedExpression, wellFormedNumber } from './well-formed-scalars.ts';

const element = fc.oneof(
  { weight: 3, arbitrary: wellFormedNumber },
  { weight: 1, arbitrary: wellFormedExpression },
);
const elements = fc.uniqueArray(element, { minLength: 2, maxLength: 4, selector: ({ meaning }) => meaning });

/** No commas of thousands: inside a collection a comma separates. */
const spelled = (items: readonly WellFormed[], index: number): string[] =>
  items.map(({ spellings }) => {
    const plain = spellings.filter((each) => !/\d,\d/.test(each));
    return plain[index % plain.length] as string; // the first spelling never has a comma
  });

/** All but the first element in their plainest spelling, the first one by a mistake of its own. */
const mistaken = ([first, ...rest]: readonly WellFormed[], write: (items: string[]) => string): string[] =>
  (first?.mutants ?? [])
    .filter((each) => !/,|or/.test(each))
    .map((each) => write([each, ...spelled(rest, 0)]));

const list = elements.map<WellFormed>((items) => {
  const write = (all: string[]) => all.join(', ');
  return {
    meaning: `{${meanings(items).sort()}}`,
    spellings: [
      write(spelled(items, 0)),
      write(spelled(items.toReversed(), 1)),
      `\\{${spelled(items, 2).join(',')}\\}`,
      `\\left\\{ ${spelled(items.toReversed(), 3).join(' , ')} \\right\\}`,
      spelled(items, 4).join(' \\text{ and } '),
    ],
    mutants: [
      ...mistaken(items, write),
      write(spelled(items.slice(1), 0)),
      `${write(spelled(items, 0))}, 12345`,
    ],
  };
});

const tuple = elements.map<WellFormed>((items) => {
  const write = (all: string[]) => `(${all.join(', ')})`;
  return {
    meaning: `(${meanings(items)})`,
    spellings: [
      write(spelled(items, 0)),
      `\\left( ${spelled(items, 1).join(' , ')} \\right)`,
      `(${spelled(items, 2).join(',')})`,
    ],
    mutants: [
      ...mistaken(items, write),
      write(spelled(items.toReversed(), 0)),
      write(spelled(items.slice(1), 0)),
      write([...spelled(items, 0), '0']),
      `\\{${spelled(items, 0).join(',')}\\}`,
    ],
  };
});

const ends = fc.uniqueArray(fc.integer({ min: -99, max: 99 }), { minLength: 2, maxLength: 2 });
const interval = fc.tuple(ends, fc.boolean(), fc.boolean()).map<WellFormed>(([pair, left, right]) => {
  const [from = 0, to = 0] = pair.sort((a, b) => a - b);
  const [open, close] = [left ? '[' : '(', right ? ']' : ')'];
  const [below, above] = [left ? '\\le' : '<', right ? '\\le' : '<'];
  return {
    meaning: `${open}${from},${to}${close}`,
    spellings: [
      `${open}${from},${to}${close}`,
      `\\left${open} ${from}, ${to} \\right${close}`,
      `x \\in ${open}${from},${to}${close}`,
      `${from} ${below} x ${above} ${to}`,
    ],
    mutants: [
      `${left ? '(' : '['}${from},${to}${close}`,
      `${open}${from},${to}${right ? ')' : ']'}`,
      `${open}${from},${to + 1}${close}`,
      `${open}${from - 1},${to}${close}`,
      `${open}${to},${from}${close}`,
      `${from} ${left ? '<' : '\\le'} x ${above} ${to}`,
      `${open}${from},${to}${close} \\cup (200, 300)`,
    ],
  };
});

/** Of a value that could itself be a name, nobody knows which side is named. */
const nameless = element.filter(({ spellings: [value = ''] }) => /[\\d+]/.test(value));
const assignment = nameless.map<WellFormed>(({ meaning, spellings: [value = ''] }) => ({
  meaning,
  spellings: [`w = ${value}`, value, `${value} = w`],
  mutants: [`w \\ne ${value}`, `w > ${value}`, `3w^2 = ${value}`, 'w'],
}));

const matrix = fc
  .uniqueArray(element, { minLength: 4, maxLength: 4, selector: ({ meaning }) => meaning })
  .map<WellFormed>((items) => {
    const write = ([a, b, c, d]: string[], kind = 'pmatrix') =>
      `\\begin{${kind}} ${a} & ${b} \\\\ ${c} & ${d} \\end{${kind}}`;
    const [a, b, c, d] = spelled(items, 0) as [string, string, string, string]; // four
    return {
      meaning: `[${meanings(items)}]`,
      spellings: [
        write([a, b, c, d]),
        write(spelled(items, 1), 'bmatrix'),
        `\\left(${write(spelled(items, 2), 'matrix')}\\right)`,
      ],
      mutants: [
        ...mistaken(items, write),
        write([a, c, b, d]),
        write([c, d, a, b]),
        `\\begin{pmatrix} ${a} & ${b} \\end{pmatrix}`,
      ],
    };
  });

function meanings(items: readonly WellFormed[]): string[] {
  return items.map(({ meaning }) => meaning);
}

/** Lists, tuples, intervals, assignments and matrices. */
export const wellFormedCollection: fc.Arbitrary<WellFormed> = fc.oneof(
  list,
  tuple,
  interval,
  assignment,
  matrix,
);
