import { LARGEST } from './question.ts';

export const SPECIAL_TOKENS = ['<pad>', '<eos>', '<q>', '<a>'] as const;

const WORDS =
  'compute solve find mod x has gets and gives away how many ? buys boxes of a sequence starts at grows by term the ' +
  'sum terms plus rectangle is perimeter square side cut from area tom ann bob eve pens coins apples cards step : ' +
  'i guess answer wait recheck rethink recalculate hmm . , + - * / = \\boxed{ }';

/** All 166 words of the microcosm; a token's id is its place. */
export const vocabulary: readonly string[] = [
  ...SPECIAL_TOKENS,
  ...WORDS.split(' '),
  ...Array.from({ length: LARGEST + 1 }, (_, number) => String(number)),
];
