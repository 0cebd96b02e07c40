import { describe, expect, it } from 'vitest';
import { stripString } from '#shared/verifier/paper/strip-string.ts';

describe('stripString', () => {
  it.each([
    [' 25. ', '25'],
    ['007', '7'],
    ['forty-two', '42'],
    ['\\text{two}', 'two'], // a second pass makes it a number
    ['7\\text{ apples}', '7'],
    ['\\text{apples}', ''],
    ['7 apples', '7'],
    ['apples', 'apples'], // a unit goes only if something remains
    ['(b+a)(d-1)', '(b+)(-1)'], // single letters are units
    ['2x+5y=8', '2x+58'],
    ['y\\in[1,2]', '[1,2]'],
    ['k = 3', '3'],
    ['\\dfrac35', '\\frac{3}{5}'],
    ['\\frac3{55}', '\\frac{3}{55}'],
    ['\\frac3', '\\frac3'],
    ['3/5', '\\frac{3}{5}'],
    ['03/5', '03/5'],
    ['sqrt2/5', '\\frac{sqrt2}{5}'],
    ['\\sqrt15', '\\sqrt{15}'],
    ['.25', '0.25'],
    ['6.000', '6'],
    ['6.0x', '6x'],
    ['30^{\\circ}', '30'],
    ['\\$30', '30'],
    ['30\\%', '30'],
    ['inf', '\\infty'],
    ['(-\\infty,\\infty)', '\\mathbb{R}'],
    ['2+3j', '2+3i'],
    ['\\left\\{3\\right\\}', '{3}'],
    ['\\begin{array}{cc}3\\end{array}', '\\begin{pmatrix}3\\end{pmatrix}'],
    ['3 and 4', '34'],
    ['3\\mbox{ people}', '3'],
  ])('turns %j into %j', (text, stripped) => {
    expect(stripString(text, { keepUnits: false })).toBe(stripped);
  });

  it('leaves unit words where they are kept', () => {
    expect(stripString('7 apples', { keepUnits: true })).toBe('7apples');
  });
});
