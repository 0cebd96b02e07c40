import { describe, expect, it } from 'vitest';
import { wordNumber } from '#shared/verifier/paper/word-number.ts';

describe('wordNumber', () => {
  it.each([
    ['0012', '12'],
    ['twenty-one', '21'],
    ['three hundred and five', '305'],
    ['two million three thousand', '2004003'], // "three thousand" counts twice, once as 3 + 1000
    ['two point five', '2.5'],
    ['one of the two', '3'],
    ['thousand two million', undefined],
    ['point point', undefined],
    ['1.5', undefined],
    ['none', undefined],
  ])('reads %j as %j', (text, number) => {
    expect(wordNumber(text)).toBe(number);
  });
});
