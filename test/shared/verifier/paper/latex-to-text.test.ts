import { describe, expect, it } from 'vitest';
import { latexToText } from '#shared/verifier/paper/latex-to-text.ts';

describe('latexToText', () => {
  it.each([
    ['\\frac{x+1}{3}', 'x+1/3'],
    ['\\frac\\pi3', 'π/3'],
    ['\\sqrt[3]{5}', '√(5)'],
    ['a_{1}^2', 'a_1^2'],
    ['3 \\cdot \\pi r', '3 ·πr'],
    ['x\\leq\\infty', 'x≤∞'],
    ['\\text{no }\\mathrm{m}', 'no m'],
    ['\\mbox{gone}\\unknown{stays}\\ne', 'stays'],
    ['\\mathbb{R}^n \\mathbf{a}', 'ℝ^n 𝐚'],
    ['\\vec{u}', 'u\u20d7'],
    ['\\{3\\}', '{3}'],
    ['\\(3 \\pi r\\)', '3 π r'], // white space counts inside an equation only
    ['\\begin{pmatrix}1&23\\\\4\\end{pmatrix}', '[  1 23;  4 ]'],
    ['\\begin{cases}1&2\\end{cases}', '1   2'],
    ['1}2{3', '123'],
    ['\\frac{1}', '%s/%s1'], // without its second argument
    ['3\\', '3'],
  ])('writes %j as %j', (latex, text) => {
    expect(latexToText(latex)).toBe(text);
  });

  it.each(['\\sqrt', '\\frac\\sqrt{2}3', '\\begin{pmatrix}\\end{pmatrix}', '{'.repeat(300)])(
    'fails on %j',
    (latex) => {
      expect(latexToText(latex)).toBeUndefined();
    },
  );
});
