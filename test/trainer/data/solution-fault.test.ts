import { describe, expect, it } from 'vitest';
import { solutionFault } from '#trainer/data/solution-fault.ts';

describe('solutionFault', () => {
  it.each([
    'Ann has 3 + 4 = 7 apples. #### 7',
    '#### 7',
    'The answer is 42.',
    'So we get x = 3',
    'Each box holds four pears, and with nine boxes that makes thirty-six.',
    'First add the two.\nThen halve the sum.',
    'There are six. Two of them are red',
  ])('finds a solution or a sentence in %j', (answer) => {
    expect(solutionFault(answer)).toBeDefined();
  });

  it.each([
    '7',
    '-\\frac{3}{4}',
    'x = 3 \\text{ or } x = 5',
    '\\text{Monday}',
    'north-west',
    'Ann, Ben, and Carl',
    '12 square centimetres',
    '(-\\infty, 2) \\cup [5, \\infty)',
    '$a$ and $b$ with $a + b = 4$',
    '\\begin{pmatrix} 1 & 2 \\\\\n3 & 4 \\end{pmatrix}',
    '12.8',
    'the empty set',
  ])('finds none in %j', (answer) => {
    expect(solutionFault(answer)).toBeUndefined();
  });
});
